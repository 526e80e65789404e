"""A command group whose `--help` lists the commands under headings."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from kistep_archive.cli import examples

# heading -> name of a command -> its module in `commands/` and its name there
Sections = Mapping[str, Mapping[str, str]]


class Commands(Mapping[str, click.Command]):
    """Commands by name. Each is imported when it is first asked for, so that none waits for the others."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module, attribute = self._homes[name].split(".")
            command: click.Command = getattr(import_module(f"{__package__}.commands.{module}"), attribute)
            command.epilog = examples.epilog(name)
            self._loaded[name] = command
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


class SectionedGroup(click.Group):
    """A group whose commands are listed section by section."""

    def __init__(self, *args: Any, sections: Sections, **options: Any) -> None:
        homes = {name: home for section in sections.values() for name, home in section.items()}
        options["commands"] = Commands(homes)  # click only reads them
        super().__init__(*args, **options)
        self.sections = sections

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes `version`, `help` and `help COMMAND` for the options that people mean."""
        match args:
            case ["version"]:
                args = ["--version"]
            case ["help", *command] if len(command) < 2:
                args = [*command, "--help"]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes each section as a table of names and one-line summaries."""
        longest = max(map(len, self.commands))
        for title, names in self.sections.items():
            rows = [
                (name.ljust(longest), self.commands[name].get_short_help_str(formatter.width - 6 - longest))
                for name in names
            ]
            with formatter.section(title):
                formatter.write_dl(rows)
