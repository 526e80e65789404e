"""Where things lie in a checkout."""

from pathlib import Path

TESTS = Path(__file__).parent.parent
CHECKOUT = TESTS.parent
PAGES = TESTS / "pages"  # pages of every skin, and what the parser reads in them
