"""Which texts of a listing page may declare something."""

from lxml import etree

from kistep_archive.parse.listing import hints


def test_texts_are_found_in_the_order_of_the_page_but_not_in_rows_and_links() -> None:
    body = (
        "1/<div>2/<p>3/</p>4/<ul><li id='row'>5/<b>6/</b></li>7/</ul></div>"
        "<a href='#'>8/</a>9/<script>10/</script><em>nothing</em>11/"
    )
    root = etree.fromstring(f"<html><body>{body}</body></html>", etree.HTMLParser())
    found = hints.find(root, set(root.iter("li")))
    assert [each.tag for each in found] == ["body", "div", "p", "div", "ul", "body", "body"]
