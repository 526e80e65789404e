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
            r"|(?:views?|visitors?|readers)\s(?:today|so far|in total)\s?[:：]?\s?[0-9][0-9,]{0,9}"
            r"|(?:today|오늘)\s?[:：]?\s?[0-9][0-9,]{0,9}\s?[|/,·]?\s?(?:total|전체|누적)\s?[:：]?\s?[0-9][0-9,]{0,9}"
            r"|(?:shared|viewed|read|bookmarked|downloaded)\s[0-9][0-9,]{0,9}\stimes?"
            r"|(?:(?:오늘|누적|총|전체)\s?)?(?:공유|스크랩|조회|읽음|열람)\s?(?:수|횟수)?\s?[:：]?\s?[0-9][0-9,]{0,9}\s?[회건]?",
            re.I,
        ),
    ),
    (
        "a period",
        re.compile(r"(?:[가-힣]{0,4}\s?기간|period|term)\s?[:：]?\s?[0-9(].{0,100}", re.I),
    ),
    (
        "a category",
        re.compile(
            r"(?:(?:posted|filed) (?:in|under)|categor(?:y|ies)\s?[:：]|분류\s?[:：])\s?.{1,60}", re.I
        ),
    ),
    (
        "the day of a change or a print",
        re.compile(
            r"(?:last )?(?:edited|updated|changed|modified|printed)(?: on| at)?\s?[:：]?\s"
            r".{0,20}[0-9]{4}.{0,20}",
            re.I,
        ),
    ),
    (
        "a link of the site",
        re.compile(
            r"(?:back|go|return)?\s?to (?:the )?top|(?:read|see|view|learn) more\W{0,3}"
            r"|맨?\s?위로(?:\s?가기)?|더\s?보기",
            re.I,
        ),
    ),
    ("the source", re.compile(r"(?:(?:자료\s?)?출처|source|via)\s?[:：]\s?.{1,100}", re.I)),
    ("a contact", re.compile(r"(?:tel|phone|fax|전화|팩스)\.?\s?[:：]?\s?[0-9+()][0-9 ()+~-]{5,30}", re.I)),
)


_BOX = r"(?:[_-]?(?:box|area|wrap|info|txt|text|msg))?"
_CLASS = re.compile(  # of what a site puts into the box of a body, whatever it says there
    r"(?:notes?|notice|guide|disclaimer|caution|alert|ads?|adv|advert\w{0,9}|banner|promo\w{0,9}|sponsor\w{0,4}"
    r"|subscribe|newsletter|period|counter|visitors?|breadcrumbs?|(?:post|entry)[_-]?meta|byline|read-?more|author"
    rf"|profile|qr(?:[_-]?code)?|go-?top|toc|rel(?:ated)?|rating|widget){_BOX}",
    re.I,
)


def what(words: str) -> str:
    """What the words of an element of the site's say; "" if they say nothing known."""
    return next((name for name, pattern in _WORDINGS if pattern.fullmatch(words)), "")


def is_named(names: str) -> bool:
    """Whether a class says that an element is a box of the site."""
    return any(map(_CLASS.fullmatch, names.split()))
