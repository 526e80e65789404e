"""How a board answers a client without its cookie: it sets the cookie, and sends something that makes a
browser ask again."""

from kistep_archive.replica.answers import Answer

COOKIE = "BOARD_GATE=5e2d; Path=/"
_PAGES = {
    "script": "<html><head><script>window.location.reload();</script></head><body></body></html>",
    "reload": "<html><body><p>One moment.</p><script>location.href = location.href;</script></body></html>",
    "link": '<html><body><p>Please <a href="">reload</a> this page.</p></body></html>',
    "refresh": '<html><head><meta http-equiv="refresh" content="0"></head><body></body></html>',
    "notice": "<html><body><p>쿠키를 허용해 주세요. Please enable cookies.</p></body></html>",
    "bare": "<script>location.reload()</script>",
}
COOKIE_WALLS = ("redirect", *_PAGES)


def is_open(cookies: str) -> bool:
    """Whether a client with this Cookie header sees the board."""
    return COOKIE.partition(";")[0] in cookies


def answer(wall: str, target: str) -> Answer:
    """What a client without the cookie gets for path and query `target`; `wall` is one of `COOKIE_WALLS`."""
    if wall == "redirect":
        return Answer(b"", status=302, headers=(("Location", target), ("Set-Cookie", COOKIE)))
    return Answer(_PAGES[wall].encode(), headers=(("Set-Cookie", COOKIE),))
