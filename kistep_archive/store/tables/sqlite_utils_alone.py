"""sqlite-utils without pandas and numpy. If they are installed it loads both for types that we do not use,
which takes 75 MB and a third of a second at each start."""

import sys

_NOT_USED = [name for name in ("pandas", "numpy") if name not in sys.modules]
for _name in _NOT_USED:
    sys.modules[_name] = None  # type: ignore[assignment]  # Python's own mark of what cannot be imported
try:
    from sqlite_utils import Database, Migrations
finally:
    for _name in _NOT_USED:
        del sys.modules[_name]

__all__ = ["Database", "Migrations"]
