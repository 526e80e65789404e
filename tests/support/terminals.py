"""A terminal that the real command writes to."""

import os
import pty
import subprocess

from commands import Archive


def on_terminal(archive: Archive, *arguments: str, **environment: str) -> str:
    """What the command prints on a terminal."""
    leader, follower = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with os.fdopen(leader, "rb", buffering=0) as screen:
        subprocess.run(
            archive.command(*arguments), stdout=follower, env=known | environment, timeout=120, check=True
        )
        os.close(follower)
        pieces = []
        try:
            while piece := screen.read(1 << 16):
                pieces.append(piece)
        except OSError:  # the other end is closed
            pass
    return b"".join(pieces).decode().replace("\r\n", "\n")
