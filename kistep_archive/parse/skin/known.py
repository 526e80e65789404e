"""The skins that ship with the package: one TOML file each in the folder `skins` beside this module."""

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from kistep_archive.model import skins
from kistep_archive.model.items import Layout
from kistep_archive.model.skins import Skin

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def names() -> list[str]:
    """The names of the skins, sorted."""
    files = _folder().iterdir()
    return sorted(each.name.removesuffix(".toml") for each in files if each.name.endswith(".toml"))


def _folder() -> "Traversable":
    from importlib import resources  # a command that only asks must start fast

    return resources.files(__package__).joinpath("skins")


@cache
def skin(name: str) -> Skin:
    """The skin with this name."""
    text = _folder().joinpath(f"{name}.toml").read_text("utf-8")
    return skins.read({"name": name} | tomllib.loads(text), name)


@cache
def of_layout(layout: Layout) -> tuple[Skin, ...]:
    """The skins of a layout, in the order of their names."""
    return tuple(skin(name) for name in names() if name.startswith(f"{layout}-"))
