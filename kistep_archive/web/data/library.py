"""Datasette, loaded without the plugins that happen to be installed beside it.

Its plugin manager is one for the whole process. Ours is registered once, keeps nothing, and speaks only for
the databases of this room.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_SWITCH = "_called_from_test"  # Datasette's own: with it, it asks the environment for no plugins


@cache
def load() -> None:
    """Imports Datasette and registers our plugin."""
    with _without_plugins():
        from datasette.plugins import pm
    for plugin, _ in pm.list_plugin_distinfo():  # somebody else imported Datasette before
        pm.unregister(plugin)
    from kistep_archive.web.data import plugin as ours

    pm.register(ours, name="kistep_archive")


@contextmanager
def _without_plugins() -> Iterator[None]:
    if hasattr(sys, _SWITCH):
        yield
        return
    setattr(sys, _SWITCH, True)
    try:
        yield
    finally:
        delattr(sys, _SWITCH)
