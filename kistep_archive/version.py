"""The program's version, and the name by which it tells a site who asks."""

__version__ = "0.1.0"
USER_AGENT = f"kistep-archive/{__version__} (+https://github.com/kistep-archive/kistep-archive)"
