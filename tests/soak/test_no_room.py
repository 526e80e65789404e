"""A disk without room for what is unpacked."""

import subprocess
import sys
from pathlib import Path

from recordings import URL, response, wacz


def test_fault_a03_no_room_to_unpack_is_said_with_the_remedy(tmp_path: Path) -> None:
    """A process that may write no more than 64 kB to a file meets what a full disk is: an error of the write
    itself."""
    path = wacz(tmp_path / "x", {"a.warc": b"".join([response(URL, b"x" * 1_000_000)])}, stored=False)
    code = """if True:
        import errno, resource, signal, sys
        from pathlib import Path
        from kistep_archive.warc.captures import captures
        from kistep_archive.errors import ArchiveError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        try:
            list(captures(Path(sys.argv[1])))
        except ArchiveError as error:
            print(error.exit_code, error)
    """
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"5 {path}: no room to unpack it")
    assert "set TMPDIR" in done.stdout
