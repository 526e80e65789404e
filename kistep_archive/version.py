"""The program's version, and the name by which it tells a site who asks."""

__version__ = "0.1.0"
USER_AGENT = f"kistep-archive/{__version__} (+https://github.com/kistep-archive/kistep-archive)"


def user_agent(contact: str) -> str:
    """The User-Agent with the address of whoever runs the archive; "" if nobody said one."""
    return f"{USER_AGENT[:-1]}; {contact})" if contact else USER_AGENT
