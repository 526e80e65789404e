"""Schedules: each kind is read back by the tool that will read it, or by its rules, and names the very
command that was meant."""

import hashlib
import os
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import Archive, needed
from hypothesis import example, given, settings
from places import CHECKOUT
from scheduled import NASTY, cron_command, only, planned, steps, workflow

from kistep_archive.cli.examples import EXAMPLES
from kistep_archive.operate.notify import Hooks
from kistep_archive.operate.schedule import Rhythm, Schedule, schedule_of
from kistep_archive.operate.units import SCHEDULERS, units


def stub(folder: Path, code: int = 0) -> Path:
    """A program that writes down how it was called."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "kistep-archive"
    says = "printf '%s\\n' 'in trouble \\n 100%'"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "$CALLED"\n{says}\nexit {code}\n')
    program.chmod(0o755)
    return program


def run_shell(line: str, called: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CALLED": str(called), **more}
    return subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, env=environment, timeout=120
    )


# systemd


def verified(folder: Path, made: Schedule) -> None:
    tool = needed("systemd-analyze")
    for unit in units("systemd", made):
        (folder / unit.file).write_text(unit.text)
    paths = [str(folder / unit.file) for unit in units("systemd", made)]
    done = subprocess.run([tool, "verify", "--man=no", *paths], capture_output=True, text=True, timeout=120)
    assert (
        done.returncode,
        [line for line in done.stderr.splitlines() if str(folder) in line or "kistep" in line],
    ) == (0, [])


@pytest.mark.parametrize("every", ["hourly", "daily", "weekly"])
def test_systemd_verifies_the_units(tmp_path: Path, every: Any) -> None:
    verified(tmp_path, planned(tmp_path / "archive", program=(str(stub(tmp_path / "bin")),), every=every))


@pytest.mark.parametrize(
    "name", ["a b", "100%", "50%n", 'q"q', "it's", "b\\n", "$HOME", "한글 폴더", "#no", "a;b"]
)
def test_systemd_verifies_units_with_nasty_paths(tmp_path: Path, name: str) -> None:
    verified(tmp_path, planned(tmp_path / name / "archive", program=(str(stub(tmp_path / name)),)))


def test_the_line_that_installs_the_units_writes_both_of_them(tmp_path: Path) -> None:
    made = units("systemd", planned(tmp_path))
    both = "\n".join(unit.text for unit in made)
    (awk,) = re.findall("^# +sudo (awk .*)$", both, re.M)
    awk = awk.replace("/etc/systemd/system/", f"{tmp_path}/")
    subprocess.run(["/bin/sh", "-c", awk], input=both, text=True, check=True)
    assert [(tmp_path / unit.file).read_text().strip() for unit in made] == [
        unit.text.strip() for unit in made
    ]


# cron


@pytest.mark.parametrize("collapses", [True, False])
@settings(max_examples=max(3, settings().max_examples // 2))
@given(program=NASTY, archive=NASTY, hook=NASTY)
def test_cron_runs_the_command_that_was_meant(
    tmp_path_factory: pytest.TempPathFactory, collapses: bool, program: str, archive: str, hook: str
) -> None:
    folder = tmp_path_factory.mktemp("cron")
    made = planned(
        folder / "archives" / archive, program=(str(stub(folder / program)),), hooks=("--on-trouble", hook)
    )
    when, command = cron_command(only("cron", made), collapses=collapses)
    assert when == "30 4 * * *"
    assert run_shell(command, folder / "called").returncode == 0
    assert (folder / "called").read_text().splitlines() == made.crawl()[1:]


@pytest.mark.parametrize(
    ("code", "says"), [(0, ""), (75, ""), (3, "in trouble \\n 100%\n"), (4, "in trouble \\n 100%\n")]
)
def test_cron_mails_trouble_and_is_silent_where_all_is_well_or_another_run_is_at_work(
    tmp_path: Path, code: int, says: str
) -> None:
    _, command = cron_command(
        only("cron", planned(tmp_path, program=(str(stub(tmp_path, code)),))), collapses=False
    )
    done = run_shell(command, tmp_path / "called")
    assert (done.stdout, done.stderr) == (says, "")
    assert done.returncode == (0 if code == 75 else code)


def test_nothing_that_is_shown_replaces_the_crontab_of_its_reader(tmp_path: Path) -> None:
    """`… | crontab -` puts what it reads in the place of all lines that were there."""
    root, unit = CHECKOUT, only("cron", planned(tmp_path))
    examples = [line for lines in EXAMPLES.values() for line in lines]
    documents = [path.read_text(encoding="utf-8") for path in (root / "README.md", *root.glob("docs/*.*"))]
    assert len(documents) > 2
    assert not [text for text in (unit, *examples, *documents) if re.search(r"\|\s*crontab", text)]
    assert "crontab -e" in unit


# GitHub


@given(board=NASTY, hook=NASTY)
@example(board="${{ github.token }}", hook="${{ secrets.X }}")
def test_the_workflow_crawls_the_boards_that_were_meant(
    tmp_path_factory: pytest.TempPathFactory, board: str, hook: str
) -> None:
    made = planned(
        Path("/srv/archive"),
        boards=(board,),
        boards_file=Path("my boards.toml"),
        hooks=("--on-trouble", hook),
    )
    script = next(step["run"] for step in steps(workflow(made)) if step.get("id") == "crawl")
    (line,) = re.findall("^timeout --preserve-status 240m (kistep-archive .*) \\|\\| code=", script, re.M)
    shown = line.replace("${{ '${{' }}", "\0")
    assert "${{" not in shown
    done = subprocess.run(
        ["bash", "-c", 'kistep-archive() { printf "%s\\n" "$@"; }; ' + shown.replace("\0", "${{")],
        capture_output=True,
    )
    assert done.stdout.decode().splitlines()[-1] == board
    assert done.stdout.decode().splitlines()[:6] == [
        "--boards",
        "my boards.toml",
        "--quiet",
        "crawl",
        "--on-trouble",
        hook,
    ]


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (3, 0), (4, 0), (5, 5), (2, 2)])
def test_a_run_that_may_not_be_put_back_ends_the_workflow_and_a_changed_site_fails_it_at_the_end(
    tmp_path: Path, code: int, ends: int
) -> None:
    read = steps(workflow(planned(tmp_path)))
    script = next(step["run"] for step in read if step.get("id") == "crawl")
    path = f"{stub(tmp_path / 'bin', code).parent}:{os.environ['PATH']}"
    environment = os.environ | {
        "PATH": path,
        "CALLED": str(tmp_path / "called"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.returncode == ends
    assert (tmp_path / "output").read_text() == f"code={code}\n"
    assert ("::error::" in done.stdout) == (code not in (0, 3))
    assert "steps.crawl.outputs.code == '4' && '4'" in read[-1]["run"]


def test_every_script_of_the_workflow_is_sound_shell(tmp_path: Path) -> None:
    for step in steps(workflow(planned(tmp_path))):
        script = re.sub(r"\$\{\{.*?\}\}", "0", step.get("run", ""))
        assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True).stderr == ""


_GH = """#!/usr/bin/env python3
# What the workflow asks of GitHub, with a folder as the release.
import json, os, shutil, subprocess, sys
from pathlib import Path

release, words = Path(os.environ["RELEASE"]), sys.argv[1:]

def answer(document):
    asked = ["jq", "-r", words[words.index("--jq") + 1]]
    print(subprocess.run(asked, input=json.dumps(document), text=True, stdout=-1, check=True).stdout, end="")

if words[:2] == ["api", "--paginate"]:
    answer([{"tag_name": "archive", "id": 1}] if release.exists() else [])
elif words[:3] == ["api", "--method", "PUT"]:
    (release.parent / "enabled").write_text(words[3])
elif words[1] == "create":
    release.mkdir()
elif words[1] == "view":
    state = {"state": "uploaded"}
    files = sorted(release.iterdir())
    answer({"assets": [{"name": f.name, "createdAt": f.stat().st_mtime_ns} | state for f in files]})
elif words[1] == "upload":
    shutil.copyfile(words[3], release / Path(words[3]).name)
elif words[1] == "download":
    shutil.copy(release / words[words.index("--pattern") + 1], words[words.index("--dir") + 1])
elif words[1] == "delete-asset":
    (release / words[3]).unlink()
else:
    sys.exit(f"not known: {words}")
"""
_CRAWL = """#!/bin/sh
case "$*" in *crawl*)
  echo "$GITHUB_RUN_ID" >> "$KISTEP_ARCHIVE/kistep.db"; touch "$KISTEP_ARCHIVE/lock"; exit "$CODE";;
esac
"""


class Runner:
    """Runs the workflow's scripts as GitHub would, each run in a fresh clone; what GitHub keeps is in a
    folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, 0
        (folder / "bin").mkdir()
        for name, script in {"gh": _GH, "kistep-archive": _CRAWL}.items():
            (folder / "bin" / name).write_text(script)
            (folder / "bin" / name).chmod(0o755)
        self.git("init", "--quiet", "--bare", "origin.git")
        self.git("init", "--quiet", "first")
        self.git(
            "-C",
            "first",
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "commit",
            "--quiet",
            "--allow-empty",
            "-m",
            "first",
        )
        self.git("-C", "first", "push", "--quiet", "../origin.git", "HEAD:refs/heads/main")

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout

    def run(self, made: Schedule, code: int = 0) -> int:
        """The exit code of the run."""
        self.runs += 1
        place, temporary = self.folder / f"work{self.runs}", self.folder / f"temp{self.runs}"
        temporary.mkdir()
        self.git(
            "clone",
            "--quiet",
            "--depth",
            "1",
            "--branch",
            "main",
            f"file://{self.folder}/origin.git",
            place.name,
        )
        environment = os.environ | {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "CODE": str(code),
            "RELEASE": str(self.folder / "release"),
            "RUNNER_TEMP": str(temporary),
            "GITHUB_OUTPUT": str(temporary / "output"),
            "GITHUB_REPOSITORY": "a/b",
            "GITHUB_RUN_ID": str(self.runs),
            "GITHUB_RUN_ATTEMPT": "1",
            "KISTEP_ARCHIVE": str(place / "archive"),
        }
        for step in steps(workflow(made)):
            script = step.get("run", "").replace("${{ steps.crawl.outputs.code }}", str(code))
            if "run" in step and step["name"] not in ("Install", "Verdict"):
                done = subprocess.run(
                    ["bash", "-eo", "pipefail", "-c", script],
                    cwd=place,
                    env=environment,
                    capture_output=True,
                    text=True,
                )
                if done.returncode:
                    return done.returncode
                assert done.stderr == ""
        return 0

    def held(self) -> list[str]:
        """The assets, oldest first."""
        return [
            path.name
            for path in sorted((self.folder / "release").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        ]

    def archived(self, asset: str) -> str:
        command = [
            "tar",
            "--extract",
            "--zstd",
            "--to-stdout",
            "--file",
            str(self.folder / "release" / asset),
            "./kistep.db",
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    for tool in ("jq", "zstd", "git"):
        needed(tool)
    return Runner(tmp_path)


def test_the_workflow_carries_the_archive_from_run_to_run_and_writes_digests_into_a_ledger(
    runner: Runner,
) -> None:
    made = planned(Path("/srv/archive"))
    assert [runner.run(made, code) for code in (0, 3, 4, 0, 0, 0, 0)] == [0] * 7
    assert runner.held() == [f"archive-{n}-1.tar.zst" for n in (3, 4, 5, 6, 7)]
    assert runner.archived("archive-7-1.tar.zst") == "1\n2\n3\n4\n5\n6\n7\n"
    assert runner.git("-C", "origin.git", "rev-list", "--count", "archive-ledger") == "7\n"
    ledger = [
        line.split()
        for line in runner.git("-C", "origin.git", "show", "archive-ledger:SHA256SUMS").splitlines()
    ]
    assert [line[2:] for line in ledger] == [
        [f"archive-{n}-1.tar.zst", "exit", str(code)] for n, code in enumerate((0, 3, 4, 0, 0, 0, 0), 1)
    ]
    assert (
        ledger[-1][1]
        == hashlib.sha256((runner.folder / "release" / "archive-7-1.tar.zst").read_bytes()).hexdigest()
    )
    assert (runner.folder / "enabled").read_text() == "repos/a/b/actions/workflows/kistep-archive.yml/enable"


def test_an_unhealthy_store_is_never_put_back_and_an_emptied_release_never_begun_anew(runner: Runner) -> None:
    made = planned(Path("/srv/archive"))
    assert [runner.run(made), runner.run(made, 5)] == [0, 5]
    assert runner.held() == ["archive-1-1.tar.zst"]
    (runner.folder / "release" / "archive-1-1.tar.zst").unlink()
    assert runner.run(made) == 1
    assert runner.held() == []


# the command

PING, HOOK = "https://hc.example/0c8?a=1&b=%20", "mail -s 'in trouble: 100%' root"


@pytest.mark.parametrize("kind", SCHEDULERS)
def test_every_schedule_passes_on_whom_the_crawl_shall_tell(tmp_path: Path, kind: str) -> None:
    more = [
        "--ping",
        PING,
        "--on-trouble",
        HOOK,
        "--on-news",
        "notify new",
        "--boards",
        "news",
        "--at",
        "4:30",
    ]
    made = schedule_of(
        tmp_path, None, ("news",), Rhythm("daily", "4:30"), Hooks(PING, "notify new", HOOK).options()
    )
    assert made.crawl()[-8:] == [
        "crawl",
        "--ping",
        PING,
        "--on-news",
        "notify new",
        "--on-trouble",
        HOOK,
        "news",
    ]
    printed = Archive(tmp_path).run("schedule", kind, *more).stdout
    assert (
        sum("--on-trouble" in line for line in printed.splitlines() if not line.lstrip().startswith("#")) == 1
    )
    if kind in ("systemd", "cron"):  # they are installed by printing them once more
        assert f"schedule {kind} --at 4:30 --every daily --boards news {shlex.join(made.hooks)}" in printed
    if kind == "systemd":
        (tmp_path / "bin").mkdir()
        verified(tmp_path, replace(made, program=(str(stub(tmp_path / "bin")),)))


def test_a_hook_that_can_never_work_is_a_mistake_of_the_schedule_already(tmp_path: Path) -> None:
    done = Archive(tmp_path).run("schedule", "cron", "--ping", "uuid")
    assert (done.returncode, done.stderr.count("\n"), "not an address" in done.stderr) == (2, 1, True)


@pytest.mark.parametrize("kind", SCHEDULERS)
def test_schedule_prints_what_it_lists_and_writes_nothing(tmp_path: Path, kind: str) -> None:
    archive = Archive(tmp_path / "with space")
    answer = archive.json("schedule", kind, "--at", "4:05", "--every", "weekly", "--boards", "news")
    assert answer["total"] == len(answer["results"]) == (2 if kind == "systemd" else 1)
    printed = archive.run("schedule", kind, "--at", "4:05", "--every", "weekly", "--boards", "news").stdout
    assert printed == "\n".join(row["text"] for row in answer["results"])
    assert all(row["file"].rpartition("/")[2] in row["text"] for row in answer["results"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("task", ["verify", "recheck"])
@pytest.mark.parametrize("kind", ["systemd", "cron", "launchd"])
def test_another_task_has_units_of_its_own(tmp_path: Path, kind: str, task: Any) -> None:
    made = schedule_of(tmp_path, None, (), Rhythm("weekly"), task=task)
    beside = schedule_of(tmp_path, None, (), Rhythm("weekly"))
    assert made.crawl()[-len(made.crawl_arguments()) :] == (
        ["--quiet", "verify", "--sample", "1000"] if task == "verify" else ["--quiet", "recheck"]
    )
    assert f"--task {task}" in made.again(kind)
    names = [{unit.file for unit in units(kind, each)} for each in (made, beside)]
    assert kind == "cron" or not names[0] & names[1]
    texts = [unit.text for unit in units(kind, made)]
    assert kind != "systemd" or not any(name in text for name in names[1] for text in texts)


def test_systemd_verifies_the_units_of_another_task(tmp_path: Path) -> None:
    program = (str(stub(tmp_path / "bin")),)
    made = schedule_of(tmp_path / "archive", None, (), Rhythm("daily"), task="verify")
    verified(tmp_path, replace(made, program=program))


def test_what_a_schedule_of_verify_cannot_take_is_one_line(tmp_path: Path) -> None:
    for more, words in (
        (["cron", "--task", "verify", "--boards", "news"], "takes no boards and notifies nobody"),
        (["github", "--task", "recheck"], "leave out --task"),
    ):
        done = Archive(tmp_path).run("schedule", *more)
        assert (done.returncode, done.stderr.count("\n"), words in done.stderr) == (2, 1, True)


# the site


def test_the_workflow_publishes_the_site_after_the_archive_is_safe(tmp_path: Path) -> None:
    made = workflow(replace(planned(tmp_path), publishes=True))
    names = [step.get("name", step.get("id")) for step in steps(made)]
    assert names.index("Upload the archive") < names.index("Publish the site")
    script = next(step["run"] for step in steps(made) if step.get("id") == "publish")
    assert 'kistep-archive publish "$RUNNER_TEMP/site" --base-url' in script
    assert made["jobs"]["deploy"]["needs"] == "archive"
    assert made["permissions"].items() >= {"pages": "write", "id-token": "write"}.items()
    install = next(step["run"] for step in steps(made) if step.get("name") == "Install")
    assert install == "python -m pip install '.[web]'"


def test_without_publishing_the_workflow_asks_for_no_right_to_publish(tmp_path: Path) -> None:
    made = workflow(planned(tmp_path))
    assert set(made["jobs"]) == {"archive"}
    assert set(made["permissions"]) == {"contents", "actions"}


def test_only_github_publishes_by_itself(tmp_path: Path) -> None:
    done = Archive(tmp_path).run("schedule", "cron", "--publish")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--publish is for github" in done.stderr
