"""The site answers nobody whom it was not meant for, and tells every browser how little it may do."""

from pathlib import Path

import pytest
from commands import Archive
from readers import Reader

STRICT = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")


@pytest.mark.parametrize("address", ["/", "/search?q=forum", "/news/98911", "/nope", "/static/site.css"])
def test_every_answer_forbids_what_it_does_not_need(reader: Reader, address: str) -> None:
    headers = reader.client.get(address).headers
    assert all(rule in headers["content-security-policy"] for rule in STRICT)
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_no_page_has_inline_scripts_or_styles(reader: Reader) -> None:
    for address in (
        "/",
        "/search?q=forum",
        "/news/94153",
        "/news/94153/changes",
        "/news/94153/proof",
        "/runs",
    ):
        page = reader.open(address)
        assert page.all("//style | //*[@style]") == []
        assert page.all("//script[not(@src)]/@type") in ([], ["application/ld+json"])
        assert page.tree.xpath("//@*[starts-with(name(), 'on')]") == []


def test_a_file_is_only_ever_saved(reader: Reader) -> None:
    (address,) = [link for link in reader.open("/news/42794").links().values() if link.startswith("/files/")]
    headers = reader.client.get(address).headers
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_the_archived_page_is_shown_in_a_sandbox_without_scripts(reader: Reader) -> None:
    response = reader.client.get("/news/98911/page/1.html")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy
    assert "<script" not in response.text
    frame = reader.open("/news/98911/proof").tree.xpath("//iframe")[0]
    assert frame.get("sandbox") == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_the_site_can_only_be_read(reader: Reader, method: str) -> None:
    response = reader.client.request(method, "/")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_a_request_for_another_host_is_refused(place: Archive) -> None:
    guarded = Reader(place.folder, hosts=("127.0.0.1", "archive.example"))
    assert guarded.client.get("/", headers={"host": "archive.example:8001"}).status_code == 200
    refused = guarded.client.get("/", headers={"host": "evil.example"})
    assert refused.status_code == 400
    assert "evil" not in refused.text


def test_a_prefix_is_part_of_every_link_whether_a_proxy_takes_it_off_or_not(place: Archive) -> None:
    site = Reader(place.folder, base_url="https://example.org/kistep/")
    for address in ("/kistep/news/98911", "/news/98911"):
        page = site.open(address)
        assert page.links()["KISTEP"] == "/kistep/writers/KISTEP"
        assert page.all("//link[@rel='canonical']/@href") == ["https://example.org/kistep/news/98911"]


@pytest.mark.parametrize(
    "address",
    [
        "/../../etc/passwd",
        "/static/../application.py",
        "/static/%2e%2e/korean.toml",
        "/files/../../x",
        "/%00",
    ],
)
def test_no_path_leads_out_of_the_site(reader: Reader, address: str) -> None:
    assert reader.client.get(address).status_code in (400, 404)


def test_an_error_tells_no_path_of_the_machine(tmp_path: Path) -> None:
    page = Reader(tmp_path / "nowhere").open("/", 400)
    assert str(tmp_path) not in page.source


def test_a_page_that_the_browser_has_is_not_sent_again(reader: Reader) -> None:
    first = reader.client.get("/news/98911")
    again = reader.client.get("/news/98911", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
