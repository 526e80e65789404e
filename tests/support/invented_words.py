"""The words of invented boards: titles, prose, names, labels and class names."""

import random
from datetime import date, timedelta

DATE_FORMATS = ("{y}-{m:02}-{d:02}", "{y}.{m:02}.{d:02}", "{y}-{m:02}-{d:02} 10:{m:02}", "{y}/{m:02}/{d:02}",
                "{y}. {m}. {d}.", "{y}년 {m}월 {d}일")  # fmt: skip
_WORDS = {
    "english": """river bridge forum science policy budget review seminar growth harbour lantern orchard
    council survey climate battery quantum satellite railway village festival schedule award agreement partner
    delegation workshop report summit network energy future talent startup regional global
    annual open joint""",
    "korean": """과학기술 정책 예산 평가 연구 개발 협력 세미나 개최 안내 포럼
    미래 전략 혁신 인재 에너지 위성 양자 지역 성장
    보고서 발간 공모 설명회 국제 공동 추진 계획 결과 워크숍 산업 생태계 투자 기후 대응""",
    "syllables": "zul kem vor pas tig nel rud bix oma fen lur dap wix jo",
}
_ENGLISH, _KOREAN, _SYLLABLES = (each.split() for each in _WORDS.values())
_WRITERS = ["Lee Noeul", "Ana Lim", "Bo Han", "Kim Sora", "Policy Division", "Public Relations", "Mina Park"]
_WRITERS_KOREAN = ["김소라", "이노을", "박미나", "홍보실", "정책기획팀", "최가람", "대외협력팀"]
_LABELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "title": (("Title", "Subject", "Headline"), ("제목", "글제목", "표제")),
    "writer": (("Writer", "Author", "Posted by", "Team", "From"),
               ("작성자", "글쓴이", "등록자", "올린이", "팀")),
    "date": (("Date", "Posted", "Registration date", "Day", "Published"),
             ("등록일", "작성일", "게시일", "올린날")),
    "hits": (("Hit", "Views", "Read", "Seen", "Visits"), ("조회수", "조회", "읽은 수", "본 사람")),
    "modified": (("Modified", "Updated", "Last edited"), ("수정일", "최종수정일", "고친날")),
    "period": (("Period", "Term"), ("기간", "접수기간")),
    "file": (("Attachment", "Files", "Documents"), ("첨부파일", "붙임", "자료")),
    "related": (("Related posts", "More like this"), ("관련 글", "함께 볼 글")),
    "prev": (("Prev", "Older"), ("이전글", "앞 글")),
    "next": (("Next", "Newer"), ("다음글", "뒷 글")),
    "reader": (("View details", "Article"), ("게시글 상세", "본문 보기")),
    "contact": (("Contact", "Questions"), ("문의", "연락처")),
    "view": (("Post information", "Details"), ("게시물 정보", "상세 정보")),
    "survey": (("How satisfied are you?", "Rate this page"),
               ("만족도를 평가해 주세요", "이 페이지에 만족하십니까")),
}  # fmt: skip


def labels(dice: random.Random, korean: bool) -> dict[str, str]:
    """The labels of one skin."""
    return {what: dice.choice(both[korean]) for what, both in _LABELS.items()}


def name(dice: random.Random) -> str:
    """A class or an id that no known skin has."""
    parts = [dice.choice(_SYLLABLES) for _ in range(dice.randint(2, 3))]
    return dice.choice(["-", "_", ""]).join(parts)


def writers(dice: random.Random, korean: bool) -> list[str]:
    """The writers of a board."""
    return dice.sample(_WRITERS_KOREAN if korean else _WRITERS, 4)


def title(dice: random.Random, korean: bool) -> str:
    """A title of three to nine words."""
    chosen = dice.sample(_KOREAN if korean else _ENGLISH, dice.randint(3, 9))
    year = f"{dice.randint(2019, 2025)} " if dice.random() < 0.2 else ""
    return year + " ".join(chosen).capitalize()


def paragraph(dice: random.Random, korean: bool) -> str:
    """Some sentences."""
    pool, sentences = (_KOREAN if korean else _ENGLISH), []
    for _ in range(dice.randint(1, 4)):
        end = "합니다." if korean else "."
        sentences.append(" ".join(dice.choices(pool, k=dice.randint(5, 14))).capitalize() + end)
    return " ".join(sentences)


def file(dice: random.Random, korean: bool, at: int) -> str:
    """The name of a file."""
    pool = _KOREAN if korean else _ENGLISH
    ending = dice.choice(["pdf", "hwp", "docx", "xlsx", "zip"])
    return f"{dice.choice(pool)}_{dice.choice(pool)}_{at + 1}.{ending}"


def day(dice: random.Random) -> str:
    """A day of the last years."""
    return (date(2021, 1, 1) + timedelta(days=dice.randint(0, 1500))).isoformat()


def later(dice: random.Random, day: str) -> str:
    """A day soon after this one."""
    return (date.fromisoformat(day) + timedelta(days=dice.randint(1, 20))).isoformat()


def spelled_day(day: str, form: str) -> str:
    """The day as a page writes it."""
    date_of = date.fromisoformat(day)
    return form.format(y=date_of.year, m=date_of.month, d=date_of.day)
