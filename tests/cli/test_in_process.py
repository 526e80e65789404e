"""Most tests run a command that reads in their own process: it must be told apart in nothing from one in a
process of its own."""

import pytest
from commands import Archive


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "기술", "--limit", "2"], ["search", "forum", "--json"], ["show", "69", "--revision", "1"],
        ["status"], ["boards"],
        ["diff", "69"], ["export", "-"], ["search", "기술", "--limit", "-1"], ["show", "9999"], ["nothing"],
        [], ["--help"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_says_the_same_in_the_tests_process_and_in_its_own(
    place: Archive, arguments: list[str]
) -> None:
    here, apart = place.run(*arguments), place.run_apart(*arguments)
    assert (here.returncode, here.stdout, here.stderr) == (apart.returncode, apart.stdout, apart.stderr)


def test_what_is_piped_in_is_read(place: Archive) -> None:
    page, url = (
        b"<html><title>no post</title></html>",
        "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=1",
    )
    here, apart = (run("parse", url, "-", stdin=page) for run in (place.run, place.run_apart))
    assert (here.returncode, here.stdout, here.stderr) == (apart.returncode, apart.stdout, apart.stderr)
    assert "list_no=1" in here.stderr
