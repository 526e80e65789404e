"""A command group whose `--help` lists the commands under headings."""

import click


class SectionedGroup(click.Group):
    """A group whose commands are added section by section, and listed so."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.sections: dict[str, tuple[str, ...]] = {}

    def add_section(self, title: str, *commands: click.Command) -> None:
        """Adds the commands, and lists them under this heading in the given order."""
        for command in commands:
            self.add_command(command)
        self.sections[title] = tuple(command.name or "" for command in commands)

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
