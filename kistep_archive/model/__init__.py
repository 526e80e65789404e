"""What the archive is about: boards, addresses, items, revisions. Values and rules, the standard library
only."""
