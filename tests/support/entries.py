"""Posts of any words, rendered in the site's own skins, and what is read back of them."""

from datetime import date

from hypothesis import strategies as st

from kistep_archive.http.response import Page
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.parser import parse
from kistep_archive.replica import Entry, Paragraph

ES = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
JSP = "https://www.kistep.re.kr/en/c4/sub3.jsp"
TRAPS = [
    "Title",
    "Writer",
    "Date",
    "Hit",
    "A File",
    "Writer KISTEP Date 2020-01-01 Hit 3",
    "작성자",
    "조회수",
    "</td></html>",
    "<script>",
    "&amp;",
    "새글",
    "new",
]
LABELS = {trap.casefold() for trap in TRAPS}
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff"), max_size=60),
    st.text("가나다라마바사『』‘’“”▲ㆍ㎡△[]<>&\"' abc", max_size=60),
    st.sampled_from(TRAPS),
    st.lists(st.sampled_from([*TRAPS, "First,", "Hyunwoo Bang", "과학기술"]), max_size=6).map(" ".join),
)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
# Alone, in a skin without classes: a file row.
BODY = LINE.filter(lambda line: not line.casefold().startswith(("file", "attach", "첨부")))
TITLE = st.builds("{} {}".format, st.sampled_from(["Forum:", "제8회", "[Notice]", "On the"]), LINE)
WRITER = st.one_of(
    st.sampled_from(["KISTEP", "Gyuha Jo", "홍길동", "R&D <Team>", 'J. "Joe" O\'Hara']),
    st.text("abcXYZ가나다 &<>\"'.-", min_size=1, max_size=20).map(lambda text: f"K{' '.join(text.split())}p"),
)
PARAGRAPH = st.lists(BODY, min_size=1, max_size=3).map(lambda lines: Paragraph("\n".join(lines)))
DATE = st.dates(min_value=date(2010, 1, 1), max_value=date(2099, 12, 31)).map(date.isoformat)
ENTRY = st.builds(
    Entry, number=st.integers(1, 999_999), title=TITLE, writer=WRITER, date=DATE, hits=st.integers(0,
    99_999_999),
    blocks=st.lists(PARAGRAPH, min_size=1, max_size=4).map(tuple),
)  # fmt: skip


def page(url: str, markup: str) -> Page:
    return Page(url, "", 200, (("Content-Type", "text/html;charset=UTF-8"),), markup.encode())


def read_post(layout: str, entry: Entry, markup: str) -> ParsedPost:
    url = (
        f"{ES}&act=view&list_no={entry.number}" if layout == "es" else f"{JSP}?brdType=R&bbIdx={entry.number}"
    )
    item = parse(page(url, markup))
    assert isinstance(item, ParsedPost)
    return item


def values_of(entry: Entry) -> tuple[object, ...]:
    text = "\n\n".join(block.text for block in entry.blocks if isinstance(block, Paragraph))
    return entry.number, entry.title, entry.writer, entry.date, entry.hits, text


def read(post: ParsedPost) -> tuple[object, ...]:
    return post.number, post.title, post.writer, post.date, post.hits, post.body_text
