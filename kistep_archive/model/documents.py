"""Plain data as `--json` prints it."""

from typing import Any

Document = dict[str, Any]  # a row or a whole result; its keys are those that `--json` prints
