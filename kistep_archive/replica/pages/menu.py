"""The menu that every page of the stand-in carries: a public institute's pages are mostly menu, and a parser
must find its way past it."""

_SECTIONS = (
    "About",
    "Foresight",
    "Strategy",
    "Budget",
    "Evaluation",
    "Statistics",
    "Cooperation",
    "Publications",
    "News",
    "Open data",
)
_ENTRIES = (
    "Greetings", "History", "Vision", "Organization", "Staff directory", "Location", "Annual plan",
    "Results of the year", "Reports",
    "Briefs", "Working papers", "Calls and notices", "Frequently asked "
                                                     "questions", "Contact for this subject",
                                                     "Related institutes",
)  # fmt: skip


def menu(address: str, element: str) -> str:
    """A list of lists of links; `address` is a format of {number}, `element` the class of a section."""
    sections = []
    for place, section in enumerate(_SECTIONS):
        links = "".join(
            f'<li class="depth3"><a href="{address.format(number=place * 100 + at)}" '
            f'target="_self"><span>{entry}</span></a></li>\n'
            for at, entry in enumerate(_ENTRIES)
        )
        first = address.format(number=place * 100 + 99)
        sections.append(
            f'<li class="{element}"><a href="{first}"><span>{section}</span></a>\n<ul '
            f'class="depth2">\n{links}</ul></li>\n'
        )
    return f"<ul>\n{''.join(sections)}</ul>"
