"""Pages as HTML, by Jinja. One set of templates is for the server and for published files."""

import json
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from kistep_archive.version import __version__
from kistep_archive.web import addresses, filters
from kistep_archive.web.links import Links
from kistep_archive.web.pages.page import Page, Visit
from kistep_archive.web.texts import Language, Texts


@cache
def environment() -> Environment:
    """The templates, with everything escaped."""
    made = Environment(
        loader=PackageLoader("kistep_archive.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= filters.FILTERS
    made.globals |= {"version": __version__, "addresses": addresses, "languages": tuple(Language)}
    return made


def render(page: Page, visit: Visit) -> str:
    """The page as an HTML document."""
    template = environment().get_template(page.template)
    return template.render(
        page=page,
        links=visit.links,
        t=visit.texts,
        as_of=visit.query.get("as_of", ""),
        schema=_script(page.schema),
        **page.values,
    )


def render_error(status: int, message: str, links: Links, texts: Texts) -> str:
    """An error as an HTML document."""
    page = Page("error", "error.html", texts(_TITLES.get(status, "Error")), {}, {})
    return (
        environment()
        .get_template("error.html")
        .render(page=page, links=links, t=texts, as_of="", schema="", status=status, message=message)
    )


def render_moved(visit: Visit, path: str) -> str:
    """A page that leads to another one."""
    template = environment().get_template("moved.html")
    links = visit.links
    return template.render(href=links.page(path), canonical=links.canonical(path), t=visit.texts)


_TITLES = {
    400: "This address cannot be understood",
    404: "There is no such page",
    500: "Something went wrong",
    503: "The archive cannot be read now",
}


def _script(schema: object) -> str:
    """JSON that cannot end the script element that it stands in."""
    text = json.dumps(schema, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") if schema else ""
