"""Commands in processes that are forked from one that has imported everything: a run that is to be killed
starts at once.

Reads from stdin a line of JSON for each command: its arguments, and the size in bytes beyond which no file
may grow (0: any size). A run that wants to write more dies of it in the middle of the write, by a signal.
Answers with two lines: the child's pid, and how it ended: its exit code, or minus the number of the signal.
"""

import json
import os
import resource
import signal
import sys

import kistep_archive.cli.commands.ask
import kistep_archive.cli.commands.fetch
import kistep_archive.cli.commands.search
import kistep_archive.cli.main
import kistep_archive.crawl.components.middleware
import kistep_archive.crawl.runner
import kistep_archive.crawl.spiders.boards


def run(arguments: list[str], largest: int) -> int:
    """In the child: the command, as it would run by itself. Returns its exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if largest:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    sys.argv = ["kistep-archive", *arguments]
    try:
        kistep_archive.cli.main.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def serve() -> None:
    """Forks for each line until stdin ends."""
    for line in sys.stdin:
        arguments, largest = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = run(arguments, largest)
            finally:
                os._exit(code)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
