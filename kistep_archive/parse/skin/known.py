"""The skins that ship with the package: one TOML file each in the folder `skins` beside this module."""

import tomllib
from functools import cache
from importlib import resources

from kistep_archive.model import skins
from kistep_archive.model.items import Layout
from kistep_archive.model.skins import Skin


def names() -> list[str]:
    """The names of the skins, sorted."""
    folder = resources.files(__package__).joinpath("skins")
    return sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml"))


@cache
def skin(name: str) -> Skin:
    """The skin with this name."""
    text = resources.files(__package__).joinpath("skins", f"{name}.toml").read_text("utf-8")
    return skins.read({"name": name} | tomllib.loads(text), name)


@cache
def of_layout(layout: Layout) -> tuple[Skin, ...]:
    """The skins of a layout, in the order of their names."""
    return tuple(skin(name) for name in names() if name.startswith(f"{layout}-"))
