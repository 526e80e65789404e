"""A post that was edited often, as captures of fixed dates: what the tests of diff, history, feed and show
ask about."""

import re
from pathlib import Path

from captured import NUMBER, POST, page
from commands import Archive
from recordings import by_member, response

OTHER = 42795  # a post that was never edited
FILE = f"https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no={NUMBER}&seq=1"
PICTURE = f"https://www.kistep.re.kr/boardImgView.es?bid=0051&list_no={NUMBER}&seq=1"
_CONTENTS = re.compile(r'<div class="contents">.*?</div>', re.DOTALL)

FIRST = """<p>What makes a mission more than a slogan? The forum looked for an answer in eleven cases.</p>
<p>국가연구개발사업예산배분 설명회를 5월 9일 충북혁신도시 본원에서 개최합니다.</p>
<p>Seats are free.</p>
<p>Coffee is served at ten.</p>
<p>The doors open at nine.</p>
<p>Please bring a card.</p>
<p>Lunch is not included.</p>
<p>The hall has a lift.</p>
<p>Details are <a href="https://www.kistep.re.kr/a.pdf">here</a>.</p>
<p><img src="/boardImgView.es?bid=0051&amp;list_no=42794&amp;seq=1"></p>"""
SECOND = (
    FIRST.replace("eleven cases", "twelve cases & one &lt;script&gt;alert(1)&lt;/script&gt;")
    .replace("5월 9일 충북혁신도시 본원에서", "5월 16일 서울 회의장에서")
    .replace("<p>Please bring a card.</p>\n", "")
    .replace("<p>The hall has a lift.</p>", "<p>The hall has a lift.</p>\n<p>A recording follows.</p>")
)
THIRD = SECOND.replace("a.pdf", "b.pdf")


def body(title: str, hits: int, contents: str, writer: str = "KISTEP", number: int = NUMBER) -> bytes:
    """The post's page with these words in it."""
    text = page(title, hits, number).decode()
    return (
        _CONTENTS.sub(lambda _: f'<div class="contents">\n{contents}\n</div>', text)
        .replace("<span>KISTEP<", f"<span>{writer}<")
        .encode()
    )


def captures() -> list[bytes]:
    """The records, each a year's or so."""
    html, pdf, png = "text/html;charset=UTF-8", "application/pdf; name=x", "image/png"
    call, results = "Forum on Missions: A Call", "Forum on Missions: The Results"
    came = [
        (POST.format(NUMBER), "2019-05-01T00:00:00Z", html, body(call, 10, FIRST)),
        (FILE, "2019-05-01T00:00:05Z", pdf, b"\x89PNG\r\n\x1a\n IEND1"),
        (PICTURE, "2019-05-01T00:00:06Z", png, b"\x89PNG\r\n\x1a\nIEND pic"),
        (
            POST.format(OTHER),
            "2019-06-01T00:00:00Z",
            html,
            body("A second post", 3, "<p>Never edited.</p>", number=OTHER),
        ),
        *(
            (POST.format(NUMBER), f"2020-0{month}-01T00:00:00Z", html, body(call, 100 * month, FIRST))
            for month in range(1, 10)
        ),
        (POST.format(NUMBER), "2021-05-01T00:00:00Z", html, body(results, 2000, SECOND)),
        (FILE, "2022-05-01T00:00:00Z", pdf, b"\x89PNG\r\n\x1a\n second, a correction IEND"),
        (POST.format(NUMBER), "2023-05-01T00:00:00Z", html, body(results, 2100, THIRD)),
        (POST.format(NUMBER), "2023-09-01T00:00:00Z", html, body(results, 2200, THIRD, "Division of Forums")),
    ]
    return [
        response(url, data, (("Content-Type", kind),), warc={"WARC-Date": at}) for url, at, kind, data in came
    ]


def edited(folder: Path, *, backwards: bool = False) -> Archive:
    """An archive of these captures, imported all at once, or in parts, the last ones first, if
    `backwards`."""
    archive, records = Archive(folder / "archive"), captures()
    folder.mkdir(parents=True, exist_ok=True)
    parts = [records[-1:], records[-3:-1], records[4:-3:2], records[1:4], records[5:-3:2], records[:1]]
    for number, some in enumerate(parts if backwards else [records]):
        (file := folder / f"{number}.warc.gz").write_bytes(by_member(some))
        done = archive.run("import", str(file))
        assert (done.returncode, done.stderr) == (0, "")
    return archive
