"""Who asks a real site without saying who they are is told so, in one line, once the run begins."""

from pathlib import Path

import pytest

from kistep_archive.cli.commands.init import warn_without_contact
from kistep_archive.cli.options import Settings
from kistep_archive.version import USER_AGENT, user_agent

OWN_MACHINE = """
[[board]]
name = "here"
title = "Here"
layout = "es"
address = "http://127.0.0.1:8000/board.es?mid=a1&bid=0051"
language = "en"
"""


@pytest.mark.parametrize(
    ("names", "origin", "toml", "quiet", "is_told"),
    [
        ((), "", "", False, True),
        (("news",), "", "delay = 2", False, True),
        (("here",), "", "", False, False),
        ((), "http://127.0.0.1:1", "", False, False),
        ((), "", 'contact = "me@example.org"', False, False),
        ((), "", 'without = ["news", "newsletter"]', False, False),
        ((), "", "", True, False),
    ],
)
def test_a_crawl_of_a_real_site_without_a_contact_warns(
    names: tuple[str, ...],
    origin: str,
    toml: str,
    quiet: bool,
    is_told: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "archive.toml").write_text(toml)
    (tmp_path / "boards.toml").write_text(OWN_MACHINE)
    settings = Settings()
    settings.use(tmp_path, quiet, None)
    warn_without_contact(settings, names, origin)
    said = capsys.readouterr().err
    assert said.count("\n") == int(is_told)
    assert (f'write contact = "your mail address" into {tmp_path / "archive.toml"}' in said) == is_told


def test_the_contact_is_in_the_user_agent() -> None:
    assert user_agent("") == USER_AGENT
    assert user_agent("me@example.org") == f"{USER_AGENT[:-1]}; me@example.org)"
