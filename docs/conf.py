"""How Sphinx makes the site of the documents: `make site`."""

from kistep_archive import __version__

project = "kistep-archive"
release = __version__
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"kistep-archive {__version__}"
