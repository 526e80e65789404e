"""Completion, as a person at a terminal has it: real shells, a key pressed after half a word."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import needed

STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(kistep-archive completion bash)"'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit && compinit -D -u && eval "$(kistep-archive completion zsh)"',
    ),
    "fish": (["fish", "--no-config", "-i"], "kistep-archive completion fish | source"),
}
HALVES = {
    "expo": "export",
    "chart out.svg --of wri": "chart out.svg --of writers",
    "verify --samp": "verify --sample",
    "schedule sys": "schedule systemd",
    "crawl newsl": "crawl newsletter",
    "search word --board newsl": "search word --board newsletter",
    "--boards my.toml recheck kict": "--boards my.toml recheck kict-news",
}
MY_BOARD = """[[board]]
name = "kict-news"
title = "KICT news: a, b"
layout = "es"
address = "https://www.kict.re.kr/board.es?mid=a20601000000&bid=newsnotice"
language = "en"
"""


def typed(shell: str, folder: Path, halves: list[str]) -> list[str]:
    """What stands in the shell's line after each half and a press of the tab key."""
    command, start = STARTS[shell]
    # then to the line's begin and end, to make of it one that writes itself down
    keys = "".join(f"kistep-archive {half}\t\x01echo \x05 >> lines\n" for half in halves)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    home = os.environ | {"PATH": programs, "HOME": str(folder), "TERM": "xterm", "PS1": "$ "}
    terminal = [
        sys.executable,
        "-c",
        "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))",
        *command,
    ]
    done = subprocess.run(
        terminal,
        input=f"{start}\n{keys}exit\n".encode(),
        cwd=folder,
        env=home,
        capture_output=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout
    return [line.strip() for line in (folder / "lines").read_text().splitlines()]


# For the others: what the script asks of the program.
INSTALLED = [shell for shell in STARTS if shell == "bash" or shutil.which(shell)]


@pytest.mark.parametrize("shell", INSTALLED)
def test_a_shell_completes_commands_options_choices_and_boards(shell: str, tmp_path: Path) -> None:
    needed(shell)
    (tmp_path / "my.toml").write_text(MY_BOARD)
    assert typed(shell, tmp_path, list(HALVES)) == [f"kistep-archive {whole}" for whole in HALVES.values()]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "whole"), [("expo", "export"), ("crawl newsl", "newsletter"), ("schedule sys", "systemd")]
)
def test_what_the_script_of_a_shell_asks_is_answered(shell: str, words: str, whole: str) -> None:
    half = words.split()[-1]
    position = half if shell == "fish" else str(len(words.split()))
    asked = {
        "_KISTEP_ARCHIVE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": f"kistep-archive {words}",
        "COMP_CWORD": position,
    }
    command = [sys.executable, "-m", "kistep_archive"]
    done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, timeout=120)
    assert whole in done.stdout.replace(",", "\n").replace("\t", "\n").splitlines()


def test_a_boards_file_that_cannot_be_read_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    environment = os.environ | {
        "_KISTEP_ARCHIVE_COMPLETE": "bash_complete",
        "COMP_WORDS": "kistep-archive --boards none crawl n",
        "COMP_CWORD": "4",
    }
    done = subprocess.run(
        [sys.executable, "-m", "kistep_archive"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
