"""Runs a command to its end and weighs it: wall time, processor time, peak memory."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
LAST_WORDS = 300  # characters of a failed command's output that are shown


@dataclass(frozen=True, slots=True)
class Weight:
    """What one process cost: `wall` and `cpu` in seconds, `peak` resident memory in bytes; `output` is what
    it wrote to stdout."""

    wall: float
    cpu: float
    peak: int
    exit_code: int
    output: str
    errors: str

    @property
    def problem(self) -> str:
        """Empty when the command ended well, else its exit code and last words."""
        return (
            ""
            if self.exit_code == 0
            else (f"exit code {self.exit_code}: {self.errors.strip()[-LAST_WORDS:]}")
        )


def weigh(*arguments: str, python: str = sys.executable) -> Weight:
    """Runs a Python, this one if no other is named, with the arguments. Peak memory never reads below our
    own, so this process must stay small."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = perf_counter()
        process = subprocess.Popen(
            [python, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)  # it is waited for: Popen must not try again
        out.seek(0)
        err.seek(0)
        texts = (file.read().decode("utf-8", "replace") for file in (out, err))
        unit = 1 if sys.platform == "darwin" else 1024
        return Weight(
            wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, process.returncode, *texts
        )
