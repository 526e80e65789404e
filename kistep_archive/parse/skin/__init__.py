"""Reading pages with a skin, that is with selectors as data: compiled selectors, a post, a listing, the skins
that ship with the package."""
