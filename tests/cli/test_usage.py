"""Wrong usage is one clear line and exit code 2, for every command. An option is obeyed or refused."""

import shlex
from pathlib import Path

import in_process
import pytest
from commands import Archive, one_line

from kistep_archive.cli.main import cli

COMMANDS = sorted(cli.commands)
NEEDING = sorted(
    name for name, command in cli.commands.items() if any(param.required for param in command.params)
)
NO_UTF8 = "\udcff"  # as Python spells the byte FF of a command line


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option_is_named(place: Archive, command: str) -> None:
    one_line(place.run(command, "--nonesuch"), 2, "--nonesuch")
    one_line(place.run(command, "--nonesuch=3"), 2, "--nonesuch")


@pytest.mark.parametrize("command", NEEDING)
def test_a_missing_argument_is_named_with_a_whole_example(place: Archive, command: str) -> None:
    done = place.run(command)
    one_line(done, 2, "Missing argument", ". For example: ")
    words = shlex.split(done.stderr.strip().partition("For example: ")[2])
    called = words.index(command)
    assert words[called - 3 : called] == ["kistep-archive", "--archive", str(place.folder)]
    with cli.commands[command].make_context(command, words[called + 1 :]):
        pass  # the example has all arguments, and no others


@pytest.mark.parametrize("arguments", [["parse", "x"], ["explain", "3"], ["bundle", "3"]])
def test_a_missing_second_argument_gets_the_example_too(place: Archive, arguments: list[str]) -> None:
    one_line(place.run(*arguments), 2, f"Missing argument '{'FIELD' if arguments[0] == 'explain' else ''}")
    assert f" {arguments[0]} " in place.run(*arguments).stderr.partition("For example: ")[2]


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        ("crawl --archive /tmp/x", "--archive /tmp/x crawl"),
        ("crawl --archive=/tmp/x news --dry-run", "--archive /tmp/x crawl news --dry-run"),
        ("crawl news --dry-run --archive '/tmp/my x'", "--archive '/tmp/my x' crawl news --dry-run"),
        ("--quiet status --boards my.toml --json", "--boards my.toml --quiet status --json"),
        ("search forum -climate --quiet", "--quiet search forum -climate"),
        ("verify --archive", "--archive DIR verify"),
        ("status --boards=", "--boards FILE status"),
        ("crawl --arch x", "--archive x crawl"),
        ("show 3 --quie", "--quiet show 3"),
    ],
)
def test_an_option_of_the_program_after_the_command_gets_the_right_line(arguments: str, right: str) -> None:
    done = in_process.run(shlex.split(arguments))
    name = right.partition(" ")[0]
    one_line(done, 2, f"{name} goes before the command: kistep-archive {right}")
    assert "Did you mean" not in done.stderr


def test_the_version_needs_no_command() -> None:
    one_line(
        in_process.run(["crawl", "--version"]),
        2,
        "--version goes without a command: kistep-archive --version",
    )


@pytest.mark.parametrize("arguments", [["crawl", "--archives"], ["crawl", "--b"], ["status", "--since"]])
def test_another_unknown_option_is_only_named(arguments: list[str]) -> None:
    done = in_process.run(arguments)
    one_line(done, 2, f"No such option '{arguments[1]}'")
    assert "before the command" not in done.stderr


def test_schedule_has_a_boards_option_of_its_own() -> None:
    assert "goes before" not in in_process.run(["schedule", "cron", "--boards", "news"]).stderr


@pytest.mark.parametrize(
    ("command", "option"),
    [(name, param.opts[-1]) for name in COMMANDS for param in cli.commands[name].params
     if param.param_type_name == "option" and not getattr(param, "is_flag", False)],
)  # fmt: skip
def test_an_option_without_its_value_is_named(place: Archive, command: str, option: str) -> None:
    words = ["word"] if command in NEEDING else []
    one_line(place.run(command, *words, option), 2, f"Option '{option}' requires an argument")


def test_a_word_that_is_no_number_is_called_so(place: Archive) -> None:
    one_line(place.run("verify", "--sample", "1.5"), 2, "--sample", "'1.5' is not a whole number")
    one_line(place.run("search", "x", "--limit", "-1"), 2, "--limit", "-1 is not from 1 to 10000")
    one_line(place.run("show", "1", "--revision", "0"), 2, "--revision", "0 is not 1 or more")
    one_line(place.run("crawl", "--delay", "soon"), 2, "--delay", "'soon' is not a number of seconds")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--archive", "", "status"],
        ["--boards", "", "boards"],
        ["import", ""],
        ["export", ""],
        ["status", "--badge", ""],
        ["bundle", "1", ""],
    ],
)
def test_an_empty_path_is_not_the_current_folder(place: Archive, arguments: list[str]) -> None:
    one_line(place.run(*arguments), 2, "the value is empty")


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "--page", NO_UTF8],
        ["show", f"{NO_UTF8}/12"],
        ["history", NO_UTF8],
        ["bundle", f"{NO_UTF8}/1", "x.wacz"],
        ["chart", "x.svg", "--post", f"{NO_UTF8}/1"],
        ["crawl", NO_UTF8],
        ["search", "x", "--board", NO_UTF8],
    ],
)
def test_words_that_are_not_utf8_are_found_nowhere(place: Archive, arguments: list[str]) -> None:
    one_line(place.run(*arguments), 2)


# --- queries ---


@pytest.mark.parametrize("query", ['"', '""', "OR", "OR OR", "-", "*", "...", '"-"', "\x01"])
def test_a_query_without_a_word_is_called_so(place: Archive, query: str) -> None:
    done = place.run("search", "--", query)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "0 posts")
    assert "the query has no word to find" in done.stdout


@pytest.mark.parametrize("query", ["title:", "writer:", "title:-", 'title:""', "title: OR", "forum title:"])
def test_a_field_with_nothing_to_find_in_it_is_ignored_and_named(place: Archive, query: str) -> None:
    field = "writer:" if "writer" in query else "title:"
    assert f"{field} was ignored" in place.run("search", "--", query).stdout
    without = place.json("search", query.replace("title:", "").replace("writer:", "") or "-")
    assert place.json("search", query)["total"] == without["total"]


def test_blanks_after_a_field_change_nothing(place: Archive) -> None:
    found = [place.json("search", query)["total"] for query in ("title:forum", "title: forum")]
    assert found[0] == found[1] > 0
    assert (
        place.json("search", "title: -forum science")["total"]
        == place.json("search", "-forum science")["total"]
    )


def test_a_quote_that_does_not_end_is_a_phrase_to_the_end(place: Archive) -> None:
    for query in ('"science policy', '"science policy"'):
        assert place.json("search", query)["total"] == place.json("search", '"science policy"')["total"]


# --- options of `show` ---


@pytest.mark.parametrize("option", ["--raw", "--decoded", "--page"])
@pytest.mark.parametrize("other", [["--as", "markdown"], ["--as", "text"], ["--as", "json"], ["--json"]])
def test_a_page_as_it_came_has_no_other_format(place: Archive, option: str, other: list[str]) -> None:
    one_line(place.run("show", "1", option, *other), 2, option, f"leave out {other[0]}")


def test_a_page_by_its_address_has_no_revisions(place: Archive) -> None:
    url = "https://www.kistep.re.kr/robots.txt"
    one_line(place.run("show", url, "--page", "--revision", "1"), 2, "--page", "leave out --revision")
    one_line(
        place.run("show", url, "--page", "--raw", "--revision", "1"), 2, "--page", "leave out --revision"
    )


def test_two_formats_contradict_each_other(place: Archive) -> None:
    one_line(place.run("show", "1", "--as", "html", "--json"), 2, "--as html", "--json")
    assert place.run("show", "1", "--as", "json", "--json").stdout == place.run("show", "1", "--json").stdout


def test_a_page_and_a_revision_are_those_that_were_known_then(place: Archive) -> None:
    url = "https://www.kistep.re.kr/robots.txt"
    one_line(place.run("show", url, "--page", "--as-of", "2001-01-01"), 2, "no page of")
    one_line(place.run("show", "1", "--revision", "1", "--as-of", "2001-01-01"), 2, "no post")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("foo", "No such command 'foo'. See 'kistep-archive --help'."),
        ("crawl -x", "No such option '-x'. See 'kistep-archive crawl --help'."),
        ("status news", "Got unexpected extra argument (news). See 'kistep-archive status --help'."),
        ("serach x", "No such command 'serach'. Did you mean 'search'?"),
    ],
)
def test_words_that_no_command_knows_lead_to_those_that_it_knows(words: str, said: str) -> None:
    done = in_process.run(words.split())
    assert (done.returncode, done.stderr) == (2, f"kistep-archive: {said}\n")


@pytest.mark.parametrize(
    ("words", "option"),
    [(["version"], ["--version"]), (["help"], ["--help"]), (["help", "crawl"], ["crawl", "--help"])],
)
def test_version_and_help_are_known_as_words_too(words: list[str], option: list[str]) -> None:
    said, meant = in_process.run(words), in_process.run(option)
    assert (said.returncode, said.stdout) == (0, meant.stdout)
    assert said.stdout


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--contact", "me", "'me' is neither a mail address nor an http(s) address"),
        ("--max-age", "3", '\'3\' is not an age; write "36h", "8d" or "2w"'),
        ("--delay", "-1", "-1 is not from 0 to 3600"),
        ("--delay", "3600.5", "3600.5 is not from 0 to 3600"),
    ],
)
def test_a_setting_that_init_refuses_is_named_as_its_option(
    tmp_path: Path, option: str, value: str, words: str
) -> None:
    archive = Archive(tmp_path / "archive")
    one_line(archive.run("init", option, value), 2, f"Invalid value for '{option}': {words}")
    assert not archive.folder.exists()
