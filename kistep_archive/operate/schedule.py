"""Units that run `crawl` on a schedule: systemd, cron, launchd, GitHub Actions. Text for each, printed and not installed."""

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

from kistep_archive.errors import ArchiveError
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
# A command of --on-news or --on-trouble runs under these restrictions too; a folder that it shall write belongs into ReadWritePaths.
# Runs that ended otherwise than complete: systemctl status kistep-archive.service; journalctl -u kistep-archive.service
[Unit]
Description=kistep-archive: fetch what is new, changed or gone
Documentation=https://github.com/kistep-archive/kistep-archive
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=@USER@
ExecStart=@COMMAND@
# 3 incomplete, 4 site changed and 5 store unhealthy show as failed; 75 says that another run is at work, which is no failure
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
# Do not pipe this text into crontab: that replaces your whole crontab. To change the line later, edit it there, or put a new one in its
# place. This text was printed by: @AGAIN@
# The program holds its own lock: where another run is at work (exit code 75) nothing is said; of all other trouble cron sends a mail.
@WHEN@ out=$(nice -n 10 @COMMAND@ 2>&1); code=$?; [ $code -eq 0 ] || [ $code -eq 75 ] || { printf '\\%s\\n' "$out"; exit $code; }
"""

_PLIST_WORDS = f"""\
<!--
file: {LABEL}.plist
To install:
  1. save this text as ~/Library/LaunchAgents/{LABEL}.plist
  2. plutil ~/Library/LaunchAgents/{LABEL}.plist
  3. launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{LABEL}.plist
A run that was missed in sleep is made up for at waking; one that was missed while the machine was off is not.
The exit code of the last run: launchctl print gui/$(id -u)/{LABEL}
-->
"""


class Unit(NamedTuple):
    """A file to be made: its name and its text."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall run when. `archive` is absolute; `boards_file` as it was given, or None; `at` is (hour, minute)."""

    archive: Path
    program: tuple[str, ...]
    boards_file: Path | None
    boards: tuple[str, ...]
    every: Every
    at: tuple[int, int]
    options: tuple[str, ...]  # those of `schedule`, as they were given
    hooks: tuple[str, ...] = ()  # options of `crawl`: whom it tells how it ended

    def crawl(self) -> list[str]:
        """The command that a schedule runs."""
        return [*self._program(), *self.crawling()]

    def crawling(self) -> list[str]:
        """Its part that is the same on any machine."""
        return ["--quiet", "crawl", *self.hooks, *_names(self.boards)]

    def again(self, kind: str) -> str:
        """The command that prints these units once more."""
        return shlex.join([*self._program(), "schedule", kind, *self.options])

    def _program(self) -> list[str]:
        file = ["--boards", str(self.boards_file.resolve())] if self.boards_file else []
        return [*self.program, "--archive", str(self.archive), *file]


def program() -> tuple[str, ...]:
    """How to call this program from anywhere: the installed script that is running, else this Python with the package."""
    called = Path(os.path.abspath(sys.argv[0]))
    return (str(called),) if called.name == "kistep-archive" and called.is_file() else (sys.executable, "-m", "kistep_archive")


def plan(
    archive: Path, boards_file: Path | None, boards: tuple[str, ...], every: Every, at: str | None, hooks: tuple[str, ...] = ()
) -> Plan:
    """Raises ArchiveError (2) for a time that is none, and for paths and words that no unit can name."""
    folder = archive.resolve()
    options = [*([] if at is None else ["--at", at]), "--every", every, *(part for name in boards for part in ("--boards", name)), *hooks]
    made = Plan(folder, program(), boards_file, boards, every, _time(folder, at), tuple(options), hooks)
    for word in made.crawl():
        if not word.isprintable():  # no line break, no byte that is not UTF-8
            raise ArchiveError(f"{word!r}: a schedule cannot name it; write it without control characters, in UTF-8", 2)
    return made


def units(kind: str, planned: Plan) -> list[Unit]:
    """The files of a kind of schedule: systemd, cron, launchd or github."""
    return KINDS[kind](planned)


def _systemd(planned: Plan) -> list[Unit]:
    hour, minute = planned.at
    calendar = {"hourly": f"*-*-* *:{minute:02}:00", "daily": f"*-*-* {hour:02}:{minute:02}:00"}
    calendar["weekly"] = f"Mon {calendar['daily']}"
    service = _filled(
        _SERVICE,
        FOLDER=shlex.quote(str(planned.archive)),
        AGAIN=planned.again("systemd"),
        USER=_user(),
        COMMAND=_exec_start(planned.crawl()),
        PATH=_systemd_word(str(planned.archive)),
    )
    timer = _filled(_TIMER, EVERY=planned.every, CALENDAR=calendar[planned.every], JITTER="10min" if planned.every == "hourly" else "30min")
    return [Unit("kistep-archive.service", service), Unit("kistep-archive.timer", timer)]


def _exec_start(command: Sequence[str]) -> str:
    """systemd takes no quote, backslash or dollar sign in the path of a program; the shell does."""
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


def _cron(planned: Plan) -> list[Unit]:
    command = " ".join(_cron_word(word) for word in planned.crawl())
    return [Unit("crontab", _filled(_CRON, AGAIN=planned.again("cron"), WHEN=_cron_time(planned), COMMAND=command))]


def _cron_word(word: str) -> str:
    """For the shell, and before it for cron: there a bare % ends the line, and a backslash counts only before % (and, in some
    versions, before another backslash, so that none may stand there)."""
    return shlex.quote(word).replace("\\", "\\''").replace("%", "\\%")


def _cron_time(planned: Plan) -> str:
    hour, minute = planned.at
    return {"hourly": f"{minute} * * * *", "daily": f"{minute} {hour} * * *", "weekly": f"{minute} {hour} * * 1"}[planned.every]


def _launchd(planned: Plan) -> list[Unit]:
    hour, minute = planned.at
    when = {"hourly": {"Minute": minute}, "daily": {"Hour": hour, "Minute": minute}}
    when["weekly"] = {"Weekday": 1} | when["daily"]
    job = {
        "Label": LABEL,
        "ProgramArguments": planned.crawl(),
        "StartCalendarInterval": when[planned.every],
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
        "ExitTimeOut": 180,
        "StandardErrorPath": str(Path.home() / "Library" / "Logs" / "kistep-archive.log"),
    }
    text = plistlib.dumps(job, sort_keys=False).decode()
    head, _, rest = text.partition("<plist")
    return [Unit(f"{LABEL}.plist", f"{head}{_PLIST_WORDS}<plist{rest}")]


def _github(planned: Plan) -> list[Unit]:
    """A runner has paths of its own: the program is installed there, the boards' file is the one in the repository."""
    file = ["--boards", str(planned.boards_file)] if planned.boards_file else []
    crawl = ["kistep-archive", *file, *planned.crawling()]
    text = _filled(_GITHUB, CRON=_cron_time(planned), CRAWL=_github_line(crawl), VERIFY="kistep-archive verify --sample 200")
    return [Unit(".github/workflows/kistep-archive.yml", text)]


def _github_line(command: Sequence[str]) -> str:
    """For the shell, and before it for GitHub, which reads ${{ }} wherever it stands."""
    return shlex.join(command).replace("${{", "${{ '${{' }}")


def _names(boards: Sequence[str]) -> list[str]:
    return ["--", *boards] if any(name.startswith("-") for name in boards) else [*boards]


def _filled(template: str, **values: str) -> str:
    """The template with its @NAMES@ replaced, in one pass: a path may hold such a name too."""
    return re.sub("@([A-Z]+)@", lambda found: values[found[1]], template)


def _time(folder: Path, at: str | None) -> tuple[int, int]:
    """The time given, or one in the small hours that the archive's path fixes: not all archives shall ask in the same minute."""
    if at is None:
        chance = int.from_bytes(sha256(os.fsencode(folder)).digest()[:4])
        return 1 + chance % 5, 1 + chance // 5 % 58
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", at, re.ASCII)
    if found is None:
        raise ArchiveError(f"--at {at}: not a time; write it as 04:30", 2)
    return int(found[1]), int(found[2])


KINDS: dict[str, Callable[[Plan], list[Unit]]] = {"systemd": _systemd, "cron": _cron, "launchd": _launchd, "github": _github}
