"""What a site says in an element of its own in the box of a body, whole: the element's words give it away."""

import re

_WORDINGS = (
    (
        "comments",
        re.compile(
            r"[0-9]{1,5}\s?(?:comments?|repl(?:y|ies))|no comments?(?: yet)?\.?"
            r"|(?:등록된\s)?(?:댓글|덧글|의견)(?:이|은)?\s?(?:없습니다|[(\[]?[0-9]{1,5}[)\]]?개?)\.?"
            r"|(?:please )?(?:log|sign) in to (?:(?:write|leave|post) a )?(?:comment|reply)\.?",
            re.I,
        ),
    ),
    (
        "a licence",
        re.compile(
            r".{0,80}(?:무단\s?(?:전재|복제|배포)|재배포\s?금지|all rights reserved|저작권자).{0,80}"
            r"|(?:copyright|ⓒ|©).{0,100}",
            re.I,
        ),
    ),
    ("a path of the site", re.compile(r"(?:home|홈)\s?[>›»].{1,100}", re.I)),
    ("a day", re.compile(r"[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}\.?(?:\s[0-9]{1,2}:[0-9]{2})?")),
    (
        "the time that reading takes",
        re.compile(
            r"(?:about\s|약\s?)?[0-9]{1,3}[\s-]?min(?:ute)?s?(?:\sof)?\s(?:read(?:ing)?|to\sread)(?:\stime)?"
            r"|(?:estimated\s)?read(?:ing)?\stime\s?[:：]?\s?.{1,20}|읽는\s?(?:데|시간).{0,20}",
            re.I,
        ),
    ),
    (
        "a count of the site's",
        re.compile(
            r"[0-9][0-9.,]{0,9}[km]?\s?(?:shares?|views?|reads?|bookmarks?|clicks?|followers|downloads?)"
            r"|(?:shares?|views?|reads?|bookmarks?|downloads?)\s?[:：]\s?[0-9][0-9.,]{0,9}[km]?"
            r"|(?:shared|viewed|read|bookmarked|downloaded)\s[0-9][0-9,]{0,9}\stimes?"
            r"|(?:공유|스크랩|조회|읽음|열람)\s?(?:수|횟수)?\s?[:：]?\s?[0-9][0-9,]{0,9}\s?[회건]?",
            re.I,
        ),
    ),
    ("the source", re.compile(r"(?:(?:자료\s?)?출처|source|via)\s?[:：]\s?.{1,100}", re.I)),
    ("a contact", re.compile(r"(?:tel|phone|fax|전화|팩스)\.?\s?[:：]?\s?[0-9+()][0-9 ()+~-]{5,30}", re.I)),
)


def what(words: str) -> str:
    """What the words of an element of the site's say; "" if they say nothing known."""
    return next((name for name, pattern in _WORDINGS if pattern.fullmatch(words)), "")
