"""Plain data as `--json` prints it."""

from typing import Any

Document = dict[str, Any]  # a row, or a whole answer; its keys are the names that `--json` prints
