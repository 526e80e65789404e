"""The files that run a schedule: systemd, cron, launchd, GitHub Actions. They are printed, not installed.

Their texts are in the folder `templates`, with names like @COMMAND@ for what differs. Why the workflow of
GitHub is built as it is:

* The archive is a release asset, because files of a branch are limited to 100 MB and an asset to 2 GB.
* Each run uploads a new asset and only then deletes old ones, so that there is always one.
* A new archive begins only if GitHub lists the releases and none is ours.
* GitHub disables schedules of a public repository after 60 days without activity. The last step enables this
  workflow again, which restarts the 60 days. The digest of the uploaded asset is a commit: that counts as
  activity, and it shows if somebody replaces the asset.
"""

import os
import plistlib
import pwd
import re
import shlex
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.operate.schedule import Schedule

LABEL = "io.github.kistep-archive"


class UnitFile(NamedTuple):
    """A file to install: its name and its text."""

    file: str
    text: str


def units(kind: str, schedule: Schedule) -> list[UnitFile]:
    """The files of a kind of schedule: systemd, cron, launchd or github. Raises ArchiveError (2) for a task
    that this kind does not schedule by itself."""
    if schedule.publishes and kind != "github":
        words = "--publish is for github; elsewhere let a second unit run 'kistep-archive publish DIR'"
        raise ArchiveError(words, ExitCode.USAGE)
    if schedule.task == "crawl":
        return SCHEDULERS[kind](schedule)
    if kind == "github":
        words = "the workflow of github crawls, and verifies a sample after each crawl; leave out --task"
        raise ArchiveError(words, ExitCode.USAGE)
    return [_rename(unit, schedule.task) for unit in SCHEDULERS[kind](schedule)]


def _rename(unit: UnitFile, task: str) -> UnitFile:
    """The unit under names of its own, so that it can be installed beside that of the crawl."""
    names = re.compile(rf"kistep-archive(?=\.(?:service|timer)\b)|{re.escape(LABEL)}")
    text = names.sub(lambda match: f"{match[0]}-{task}", unit.text)
    what = f"kistep-archive: {task}"
    return UnitFile(
        names.sub(lambda match: f"{match[0]}-{task}", unit.file),
        text.replace("kistep-archive: fetch what is new, changed or gone", what),
    )


def _systemd(schedule: Schedule) -> list[UnitFile]:
    hour, minute = schedule.at
    calendar = {"hourly": f"*-*-* *:{minute:02}:00", "daily": f"*-*-* {hour:02}:{minute:02}:00"}
    calendar["weekly"] = f"Mon {calendar['daily']}"
    service = _fill(
        "kistep-archive.service",
        FOLDER=shlex.quote(str(schedule.archive)),
        AGAIN=schedule.again("systemd"),
        USER=_user(),
        COMMAND=_exec_start(schedule.crawl()),
        PATH=_systemd_word(str(schedule.archive)),
    )
    jitter = "10min" if schedule.every == "hourly" else "30min"
    timer = _fill(
        "kistep-archive.timer", EVERY=schedule.every, CALENDAR=calendar[schedule.every], JITTER=jitter
    )
    return [UnitFile("kistep-archive.service", service), UnitFile("kistep-archive.timer", timer)]


def _exec_start(command: Sequence[str]) -> str:
    """A program's path in systemd must not contain a quote, backslash or dollar sign; then a shell runs
    it."""
    plain = re.fullmatch(r"[^\"'\\$]+", command[0])
    words = command if plain else ["/bin/sh", "-c", 'exec "$0" "$@"', *command]
    return " ".join(
        [_systemd_word(words[0]), *(_systemd_word(word).replace("$", "$$") for word in words[1:])]
    )


def _systemd_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", word) else f'"{escaped}"'


def _user() -> str:
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) else str(os.getuid())


def _cron(schedule: Schedule) -> list[UnitFile]:
    command = " ".join(_cron_word(word) for word in schedule.crawl())
    text = _fill("crontab", AGAIN=schedule.again("cron"), WHEN=_cron_time(schedule), COMMAND=command)
    return [UnitFile("crontab", text)]


def _cron_word(word: str) -> str:
    """A word quoted for the shell, and then for cron: there a bare % ends the line, and a backslash counts
    only before % (in some versions also before another backslash, so none may stand there)."""
    return shlex.quote(word).replace("\\", "\\''").replace("%", "\\%")


def _cron_time(schedule: Schedule) -> str:
    hour, minute = schedule.at
    times = {
        "hourly": f"{minute} * * * *",
        "daily": f"{minute} {hour} * * *",
        "weekly": f"{minute} {hour} * * 1",
    }
    return times[schedule.every]


def _launchd(schedule: Schedule) -> list[UnitFile]:
    hour, minute = schedule.at
    when = {"hourly": {"Minute": minute}, "daily": {"Hour": hour, "Minute": minute}}
    when["weekly"] = {"Weekday": 1} | when["daily"]
    job = {
        "Label": LABEL,
        "ProgramArguments": schedule.crawl(),
        "StartCalendarInterval": when[schedule.every],
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
        "ExitTimeOut": 180,
        "StandardErrorPath": str(Path.home() / "Library" / "Logs" / "kistep-archive.log"),
    }
    text = plistlib.dumps(job, sort_keys=False).decode()
    words = _fill("launchd.txt", LABEL=LABEL)
    head, _, rest = text.partition("<plist")
    return [UnitFile(f"{LABEL}.plist", f"{head}{words}<plist{rest}")]


def _github(schedule: Schedule) -> list[UnitFile]:
    """A runner has its own paths: the program is installed there, and the boards file is the one in the
    repository."""
    file = ["--boards", str(schedule.boards_file)] if schedule.boards_file else []
    crawl = _github_line(["kistep-archive", *file, *schedule.crawl_arguments()])
    text = _fill(
        "kistep-archive.yml",
        CRON=_cron_time(schedule),
        CRAWL=crawl,
        VERIFY="kistep-archive verify --sample 200",
        **(_pages() if schedule.publishes else _NO_PAGES),
    )
    return [UnitFile(".github/workflows/kistep-archive.yml", text)]


_NO_PAGES = {"PACKAGE": ".", "PERMISSIONS": "", "OUTPUTS": "", "PUBLISH": "", "DEPLOY": ""}


def _pages() -> dict[str, str]:
    """The parts of the workflow that publish the site to GitHub Pages. The archive is uploaded before: a site
    that cannot be published costs no evidence."""
    return {
        "PACKAGE": "'.[web]'",
        "PERMISSIONS": "  pages: write  # to publish the site\n  id-token: write  # Pages asks for it\n",
        "OUTPUTS": "    outputs:\n      published: ${{ steps.publish.outputs.done }}\n",
        "PUBLISH": _fill("pages-publish.yml"),
        "DEPLOY": _fill("pages-deploy.yml"),
    }


def _github_line(command: Sequence[str]) -> str:
    """A command line quoted for the shell, and then for GitHub, which expands ${{ }} anywhere."""
    return shlex.join(command).replace("${{", "${{ '${{' }}")


def _fill(template: str, **values: str) -> str:
    """The template's text with its @NAMES@ replaced, in one pass: a path may contain such a name too."""
    text = resources.files(__package__).joinpath("templates", template).read_text("utf-8")
    return re.sub("@([A-Z]+)@", lambda match: values[match[1]], text)


SCHEDULERS: dict[str, Callable[[Schedule], list[UnitFile]]] = {
    "systemd": _systemd,
    "cron": _cron,
    "launchd": _launchd,
    "github": _github,
}
