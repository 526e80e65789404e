"""A page with a pasted document may become two trees: what stands in the second one counts too."""

import pytest
from entries import ES, page

from kistep_archive.parse.parser import ParseError, parse

ROW = f'<tr><td><a href="{ES}&amp;act=view&amp;list_no=7">A post</a></td><td>2022-07-01</td></tr>'
FIRST = f"<html><title>x</title><script></script><div><table>{ROW}</table><p>Total 1</p></div></html>"


def test_the_form_in_a_second_tree_names_the_board() -> None:
    second = "<body><form><input name='bid' value='9999'></form></body></html>"
    with pytest.raises(ParseError, match="of board 9999 by its form"):
        parse(page(ES, FIRST + second))


def test_a_total_in_a_second_tree_is_declared() -> None:
    with pytest.raises(ParseError, match="two totals, 2 in 'Total 2' and 1 in 'Total 1'"):
        parse(page(ES, FIRST + "<body><p>Total 2</p></body></html>"))
