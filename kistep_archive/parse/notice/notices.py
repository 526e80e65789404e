"""Notices: pages that say that a post is gone, the site is down, or access is refused. Only short pages
count, never one with a post or rows.

A post is gone only if the notice speaks of the post itself: "this post was deleted". What else is deleted,
missing or not found (a session, a permission, a table, a place in a queue) says nothing of the post.
"""

import re

from lxml import etree
from parsel import Selector

from kistep_archive.model.items import Notice, NoticeKind
from kistep_archive.parse.text import line

_VISIBLE = etree.XPath(
    "/descendant::body/descendant::text()[normalize-space() and not("
    "ancestor::script or ancestor::style or ancestor::noscript or ancestor::option)]",
    smart_strings=False,
)
_PROSE = etree.XPath(
    "/descendant::body/descendant::text()[normalize-space() and not("
    "ancestor::script or ancestor::style or ancestor::noscript or ancestor::option "
    "or ancestor::a or ancestor::nav or ancestor::footer or ancestor::button)]",
    smart_strings=False,
)
_TITLE = "string(//title)"
_SCRIPTS = "/descendant::script/text()"
_ALERT = re.compile(r"""alert\s{0,9}\(\s{0,9}(?:"((?:[^"\\\n]|\\.){0,1000})"|'((?:[^'\\\n]|\\.){0,1000})')""")
_LEAVES = re.compile(r"history\.(?:back|go)|location|(?:self|window)\.close|\.submit\(")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_SHORT, _LONG = 200, 800

_BLOCKED = (
    r"web firewall|security polic|request(?:ed url)? (?:has been |was |is )?(?:rejected|blocked)|"
    r"(?:have|has) been blocked|access denied|checking your browser|enable (?:cookies|javascript)|"
    r"verify (?:that )?you are (?:a )?human|support id|쿠키를 (?:허용|사용)|"
    r"웹\s?방화벽|차단(?:되|된|됐)|비정상적인 (?:접근|요청)"
)
_MAINTENANCE = (
    r"점검|maintenance|서비스\s?(?:를\s?)?일시\s?중[단지]|서비스 준비\s?중|"
    r"temporarily (?:unavailable|suspended)"
)
_WAITING = (
    r"waiting (?:room|list|line)|\bqueued?\b|your turn|estimated wait|too many (?:users|visitors)|"
    r"대기\s?(?:자|순번|순서|인원|열|번호|시간|실|중)|동시\s?접속|"
    r"접속(?:자|량|이|자가)?\s?(?:이|가)?\s?(?:많|폭주|몰|지연)"
)
_SESSION = (
    r"\b(?:session|token|cookie)s?\b.{0,60}\b(?:expired?|timed? ?out|invalid|ended|closed|lost|removed|"
    r"deleted|not|no longer|doesn't|missing)|(?:expired|invalid|no|missing) (?:session|token|cookie)\b|"
    r"세션|(?:토큰|쿠키|인증)\S{0,3}\s?(?:이|가|은|는)?\s?(?:만료|존재|없|유효|종료|삭제)|장시간\s?(?:사용|미사용|이용)|"
    r"다시\s?로그인|자동\s?(?:으로\s?)?로그아웃"
)
_BROKEN = (
    r"exception|stack ?trace|traceback|\bjava[.x]|\bjsp\b|\borg\.|\bORA-[0-9]|\bsql\b|\b(?:syntax|system|"
    r"server|database|db|internal) error|error (?:has |have )?(?:occurred|happened)|null ?pointer|"
    r"\b(?:table|column|relation|class|template|servlet|bean|method) ['\"`]|\bstatus (?:code )?50[0-9]\b|"
    r"오류(?:가|\s?코드|\s?번호)|에러(?:가|\s?코드)|장애가|"
    r"(?:시스템|서버|통신|네트워크)\s?(?:장애|오류|에러)"
)
# a login or a permission that a sentence asks for, whatever else it says of posts
_ASKS_LOGIN = (
    r"\b(?:requires?|needs?|must|have to|please|only)\b[^.!?\n]{0,40}\b(?:log(?:ged)?[ -]?in|"
    r"sign(?:ed)?[ -]?in|password|permissions?|authori[sz]ation|members?)\b|"
    r"\b(?:log[ -]?in|sign[ -]?in|password|permissions?|authori[sz]ation|membership) (?:is |are )?"
    r"(?:required|needed|necessary)\b|"
    r"\b(?:log|sign)[ -]?in (?:first )?to (?:see|read|view|continue|open|access)\b|"
    r"\b(?:only|for) (?:logged[ -]in |registered )?(?:members|users)\b|"
    r"(?:회원|관리자|작성자|운영자)만\s|"
    r"(?:로그인|권한|비밀번호|인증)\S{0,3}\s?(?:이|을|를|가)?\s?(?:필요|하셔야|해야|하시|해\s?주|후\s?이용|요구)"
)
_LOGIN = (
    r"로그인|권한|비공개|비밀\s?글|비밀번호|회원\s?전용|login|log in|sign in|permission|password|"
    r"authori[sz]|not allowed|private|members only|only (?:for )?(?:registered )?members"
)
_ERROR = r"오류|에러|\berror\b"

_POST_KO = (
    r"(?:게시\s?물|게시\s?글|포스트|콘텐츠|컨텐츠|페이지|기사|(?<![가-힣])(?:공지|원|본)?글|"
    r"(?<!첨부)(?<!첨부 )자료)"
)
# one post, and not a word of another noun: "a post office", "the document root"; many posts are no post
_POST_EN = (
    r"\b(?:post|posting|article|entry|contents?|page|document|item|data|material)\b"
    r"(?=\s{0,3}(?:[^\w\s]|\Z)|\s(?:is|are|was|were|has|have|had|do|does|did|can|could|cannot|may|might|will|\w{2,6}['’`]t"
    r"|no|not|never|that|which|you|we|it|with|at|in|on|from|by|of|for|to|under|number|requested|titled|already|seems?"
    r"|appears?|here|deleted|removed|withdrawn|taken|and|or)\b)"
)
_GONE_KO = (
    r"(?:삭제\s?(?:되|된|됐|됨|처리|하였|했)|존재\s?하지\s?(?:않|아니)|"
    r"(?:찾을|볼|확인할)\s?수(?:가)?\s?없|찾지\s?못|사라[지졌진]|이동\s?(?:되었|된|됐))"
)
_GONE_EN = (
    r"(?:\b(?:deleted|removed|withdrawn|taken down|(?:does|do|did)(?: not|n't) exist|not exist|nonexistent|"
    r"(?:not|n't)(?: be)? found|no longer (?:exists?|available|here|online|there)|is gone|was gone)\b"
    r"|n['’`]t be found\b)"
)
# Within one sentence; a noun of its own before the verb ("…이 ", "…가 ") would be another subject, and
# "…을 " another object where the post is no subject.
_GONE = re.compile(
    rf"{_POST_KO}(?:은|는|이|가)(?:(?!(?:이|가)\s)[^.!?\n]){{0,30}}?{_GONE_KO}|"
    rf"{_POST_KO}(?:의?\s?(?:정보|내용|데이터))?(?:은|는|이|가|을|를|도)?"
    rf"(?:(?!(?:이|가|을|를|은|는)\s)[^.!?\n]){{0,30}}?{_GONE_KO}|"
    rf"(?:삭제\s?(?:되거나|되었거나|된|됐거나)|이동된|존재\s?하지\s?않(?:는|거나)|없(?:는|거나)|찾을\s?수\s?없는|사라진)"
    rf"[^.!?\n]{{0,20}}?{_POST_KO}|"
    rf"(?:해당|요청하신|선택하신|찾으시는)\s?{_POST_KO}(?:이|가|은|는)?\s?없|"
    rf"{_POST_EN}[^.!?\n]{{0,60}}?{_GONE_EN}|"
    rf"(?:\bno such|\bdeleted|\bremoved|\bnon-?existent|n(?:o|['’`])t find|\bcannot find|\bfound no"
    rf"|\bunknown)(?: \w+){{0,3}}? {_POST_EN}|"
    r"\b(?:404|410)\b.{0,20}(?:not found|gone)",
    re.I,
)
# What is gone there is not the post: taken away before the search for a post that is.
_OF_OTHERS = re.compile(
    r"(?:세션|권한|회원|로그인|계정|사용자|아이디|파일|첨부|댓글|답글|게시판|메뉴|토큰|쿠키|비밀번호|대기|요청|번호|경로|주소)"
    rf"(?:\s?정보)?(?:이|가|은|는|을|를|도)?\s(?:(?!{_POST_KO})[^.!?\n]){{0,20}}?(?:{_GONE_KO}|없)\S*|"
    r"\b(?:sessions?|permissions?|rights?|users?|members?|accounts?|logins?|files?|attachments?|comments?|"
    r"repl(?:y|ies)|boards?|menus?|tokens?|cookies?|passwords?|requests?|tickets?|places?|servers?|hosts?|"
    r"domains?|resources?|keys?|parameters?|views?|templates?|modules?|plugins?|layouts?)\b"
    rf"[^.!?\n]{{0,60}}?{_GONE_EN}|"
    r"\b(?!pages?\b|contents?\b|posts?\b|text\b)\w{2,20} (?:of|on) (?:this|the|that|an?|your) "
    rf"{_POST_EN}[^.!?\n]{{0,60}}?{_GONE_EN}",
    re.I,
)
_KINDS: tuple[tuple[NoticeKind, re.Pattern[str]], ...] = (
    ("blocked", re.compile(_BLOCKED, re.I)),
    ("maintenance", re.compile(_MAINTENANCE, re.I)),
    ("waiting", re.compile(_WAITING, re.I)),
    ("session", re.compile(_SESSION, re.I)),
    ("error", re.compile(_BROKEN, re.I)),
)
_LOGIN_REQUEST = re.compile(_ASKS_LOGIN, re.I)
_SENTENCE_END = re.compile(r"[.!?\n]+(?:\s|\Z)")
_WEAK_KINDS: tuple[tuple[NoticeKind, re.Pattern[str]], ...] = (
    ("login", re.compile(_LOGIN, re.I)),
    ("error", re.compile(_ERROR, re.I)),
)  # words that a notice of a removed post may have too
_NO_POST = re.compile(
    r"(?:게시물|게시글|글|자료)(?:이|은)?\s?없습니다|no (?:such )?(?:post|article|data)", re.I
)  # on a post's page: the post is gone


def read(document: Selector, of_post: bool) -> Notice | None:
    """The notice on a page without a post or rows, None if it is not one. Only on a post's page (`of_post`)
    the site's frame may surround it, and "there are no posts" means that this post is gone."""
    visible = " ".join(line(text) for text in _VISIBLE(document.root))
    if alert := _alert(document, visible):
        no_post = of_post and _NO_POST.search(alert)
        return Notice(_kind(alert, of_post) or ("gone" if no_post else "unknown_alert"), alert)
    prose = [line(text) for text in _PROSE(document.root)]
    if len(visible) <= _LONG:
        notice = " ".join(prose) or line(document.xpath(_TITLE).get(""))
        kind = _kind(notice, of_post)
        if kind and len(notice) < len(visible):  # a frame surrounds it: the one sentence of the notice
            notice = next((text for text in prose if _kind(text, of_post) == kind), notice)
        return None if kind is None else Notice(kind, notice)
    framed = (text for text in prose if len(text) <= _SHORT and _kind(text, of_post) == "gone")
    here = next(framed, None) if of_post else None
    return Notice("gone", here) if here else None


def _kind(text: str, of_post: bool) -> NoticeKind | None:
    strong = next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
    if strong is None and _says_gone(text, of_post):
        return (
            "gone"
            if not _LOGIN_REQUEST.search(text) or _says_gone(_without_login(text), of_post)
            else "login"
        )
    return strong or next((kind for kind, pattern in _WEAK_KINDS if pattern.search(text)), None)


def _without_login(text: str) -> str:
    """The sentences of a text that ask for no login."""
    return ". ".join(each for each in _SENTENCE_END.split(text) if not _LOGIN_REQUEST.search(each))


def _says_gone(text: str, of_post: bool) -> bool:
    """Whether a text says that a post is gone, and not something else."""
    rest = _OF_OTHERS.sub(" ", text)
    if not of_post and _NO_POST.search(rest):  # a listing without posts
        return False
    return _GONE.search(rest) is not None


def _alert(document: Selector, visible: str) -> str | None:
    """The message of a page that only shows an alert and leaves."""
    scripts = "\n".join(document.xpath(_SCRIPTS).getall())
    if len(visible) > _SHORT or not _LEAVES.search(scripts):
        return None
    match = _ALERT.search(scripts)
    message = _ESCAPE.sub(_unescape, match[1] or match[2] or "") if match else ""
    return line(message) or None


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else " " if match[2] in "nrt" else match[2]
