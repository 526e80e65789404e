"""Units that run `crawl` on a schedule: systemd, cron, launchd, GitHub Actions. They are printed, not
installed."""

import os
import plistlib
import pwd
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.operate.schedule_github import TEMPLATE as _GITHUB

Every = Literal["hourly", "daily", "weekly"]

LABEL = "io.github.kistep-archive"

_SERVICE = """\
# file: kistep-archive.service
# To install (3 commands; the first writes both files):
#   1. mkdir -p @FOLDER@ && @AGAIN@ |
#        sudo awk '/^# file: /{f = "/etc/systemd/system/" $3} f {print > f}'
#   2. sudo systemctl daemon-reload
#   3. sudo systemctl enable --now kistep-archive.timer
# A command of --on-news or --on-trouble runs under these restrictions too: add each folder that it writes to ReadWritePaths.
# To see runs that were not complete: systemctl status kistep-archive.service; journalctl -u kistep-archive.service
[Unit]
Description=kistep-archive: fetch what is new, changed or gone
Documentation=https://github.com/kistep-archive/kistep-archive
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=@USER@
ExecStart=@COMMAND@
# 3 (incomplete), 4 (site changed) and 5 (unhealthy) show as failed; 75 (another run is active) is not a failure
SuccessExitStatus=75
TimeoutStartSec=infinity
TimeoutStopSec=180
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=@PATH@ -/tmp -/var/tmp
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
UMask=0022
"""

_TIMER = """\
# file: kistep-archive.timer
[Unit]
Description=kistep-archive, @EVERY@

[Timer]
OnCalendar=@CALENDAR@
RandomizedDelaySec=@JITTER@
Persistent=true

[Install]
WantedBy=timers.target
"""

_CRON = """\
# file: crontab
# To install: run 'crontab -e', go to the end, and paste the last line of this text. Your other lines stay as they are.
# Do not pipe this text into crontab: that replaces your whole crontab. To change the schedule later, edit the line there.
# This text was printed by: @AGAIN@
# If another run is active (exit code 75) this prints nothing; for any other failure cron sends a mail.
@WHEN@ out=$(nice -n 10 @COMMAND@ 2>&1); code=$?; [ $code -eq 0 ] || [ $code -eq 75 ] || { printf '\\%s\\n' "$out"; exit $code; }
"""

_PLIST_WORDS = f"""\
<!--
file: {LABEL}.plist
To install:
  1. save this text as ~/Library/LaunchAgents/{LABEL}.plist
  2. plutil ~/Library/LaunchAgents/{LABEL}.plist
  3. launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{LABEL}.plist
If the machine sleeps at that time, the run starts when it wakes up; if it is off, the run is skipped.
To see the exit code of the last run: launchctl print gui/$(id -u)/{LABEL}
-->
"""


class Unit(NamedTuple):
    """A file to install: its name and its text."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """What runs when. `archive` is absolute; `boards_file` is a path as the user typed it, or None; `at` is
    (hour, minute)."""

    archive: Path
    program: tuple[str, ...]
    boards_file: Path | None
    boards: tuple[str, ...]
    every: Every
    at: tuple[int, int]
    options: tuple[str, ...]  # those of `schedule`, as the user typed them
    hooks: tuple[str, ...] = ()  # options of `crawl` that notify somebody

    def crawl(self) -> list[str]:
        """The command that a schedule runs."""
        return [*self._program(), *self.crawl_arguments()]

    def crawl_arguments(self) -> list[str]:
        """The part of the command that is the same on any machine."""
        return ["--quiet", "crawl", *self.hooks, *_names(self.boards)]

    def again(self, kind: str) -> str:
        """The command that prints these units again."""
        return shlex.join([*self._program(), "schedule", kind, *self.options])

    def _program(self) -> list[str]:
        file = ["--boards", str(self.boards_file.resolve())] if self.boards_file else []
        return [*self.program, "--archive", str(self.archive), *file]


def program() -> tuple[str, ...]:
    """How to call this program from anywhere: the installed script that is running, else this Python with the
    package."""
    script = Path(os.path.abspath(sys.argv[0]))
    is_installed = script.name == "kistep-archive" and script.is_file()
    return (str(script),) if is_installed else (sys.executable, "-m", "kistep_archive")


def schedule_of(
    archive: Path,
    boards_file: Path | None,
    boards: tuple[str, ...],
    every: Every,
    at: str | None,
    hooks: tuple[str, ...] = (),
) -> Schedule:
    """The schedule for these options. Raises ArchiveError (2) for a wrong time, and for paths and words that
    no unit can contain."""
    folder = archive.resolve()
    names = (part for name in boards for part in ("--boards", name))
    options = [*([] if at is None else ["--at", at]), "--every", every, *names, *hooks]
    schedule = Schedule(folder, program(), boards_file, boards, every, _time(folder, at), tuple(options), hooks)
    for word in schedule.crawl():
        if not word.isprintable():  # a line break, or a byte that is not UTF-8
            raise ArchiveError(f"{word!r}: a schedule cannot contain this; use UTF-8 without control characters", ExitCode.USAGE)
    return schedule


def units(kind: str, schedule: Schedule) -> list[Unit]:
    """The files of a kind of schedule: systemd, cron, launchd or github."""
    return KINDS[kind](schedule)


def _systemd(schedule: Schedule) -> list[Unit]:
    hour, minute = schedule.at
    calendar = {"hourly": f"*-*-* *:{minute:02}:00", "daily": f"*-*-* {hour:02}:{minute:02}:00"}
    calendar["weekly"] = f"Mon {calendar['daily']}"
    service = _fill(
        _SERVICE,
        FOLDER=shlex.quote(str(schedule.archive)),
        AGAIN=schedule.again("systemd"),
        USER=_user(),
        COMMAND=_exec_start(schedule.crawl()),
        PATH=_systemd_word(str(schedule.archive)),
    )
    jitter = "10min" if schedule.every == "hourly" else "30min"
    timer = _fill(_TIMER, EVERY=schedule.every, CALENDAR=calendar[schedule.every], JITTER=jitter)
    return [Unit("kistep-archive.service", service), Unit("kistep-archive.timer", timer)]


def _exec_start(command: Sequence[str]) -> str:
    """A program's path in systemd must not contain a quote, backslash or dollar sign; then a shell runs
    it."""
    plain = re.fullmatch(r"[^\"'\\$]+", command[0])
    words = command if plain else ["/bin/sh", "-c", 'exec "$0" "$@"', *command]
    return " ".join([_systemd_word(words[0]), *(_systemd_word(word).replace("$", "$$") for word in words[1:])])


def _systemd_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", word) else f'"{escaped}"'


def _user() -> str:
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) else str(os.getuid())


def _cron(schedule: Schedule) -> list[Unit]:
    command = " ".join(_cron_word(word) for word in schedule.crawl())
    text = _fill(_CRON, AGAIN=schedule.again("cron"), WHEN=_cron_time(schedule), COMMAND=command)
    return [Unit("crontab", text)]


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


def _launchd(schedule: Schedule) -> list[Unit]:
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
    head, _, rest = text.partition("<plist")
    return [Unit(f"{LABEL}.plist", f"{head}{_PLIST_WORDS}<plist{rest}")]


def _github(schedule: Schedule) -> list[Unit]:
    """A runner has its own paths: the program is installed there, and the boards file is the one in the
    repository."""
    file = ["--boards", str(schedule.boards_file)] if schedule.boards_file else []
    crawl = _github_line(["kistep-archive", *file, *schedule.crawl_arguments()])
    text = _fill(_GITHUB, CRON=_cron_time(schedule), CRAWL=crawl, VERIFY="kistep-archive verify --sample 200")
    return [Unit(".github/workflows/kistep-archive.yml", text)]


def _github_line(command: Sequence[str]) -> str:
    """A command line quoted for the shell, and then for GitHub, which expands ${{ }} anywhere."""
    return shlex.join(command).replace("${{", "${{ '${{' }}")


def _names(boards: Sequence[str]) -> list[str]:
    return ["--", *boards] if any(name.startswith("-") for name in boards) else [*boards]


def _fill(template: str, **values: str) -> str:
    """The template with its @NAMES@ replaced, in one pass: a path may contain such a name too."""
    return re.sub("@([A-Z]+)@", lambda match: values[match[1]], template)


def _time(folder: Path, at: str | None) -> tuple[int, int]:
    """The given time, or one between 1 and 6 at night that depends on the archive's path: archives must not
    all fetch in the same minute."""
    if at is None:
        chance = int.from_bytes(sha256(os.fsencode(folder)).digest()[:4])
        return 1 + chance % 5, 1 + chance // 5 % 58
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", at, re.ASCII)
    if match is None:
        raise ArchiveError(f"--at {at}: not a time; write it as 04:30", ExitCode.USAGE)
    return int(match[1]), int(match[2])


KINDS: dict[str, Callable[[Schedule], list[Unit]]] = {
    "systemd": _systemd,
    "cron": _cron,
    "launchd": _launchd,
    "github": _github,
}
