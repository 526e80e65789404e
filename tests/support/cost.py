"""What a piece of work costs, for tests of hostile input: a bound on the processor's time, which a busy
machine does not spend for it."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def least_seconds(work: Callable[[], object], enough: float) -> float:
    """The processor's time that the work takes in this thread, in seconds: the first of three times that is
    below `enough`, or the least of them. What grows with the square of its input takes minutes each time; a
    pause of the machine does not come three times in a row."""
    took = _once(work)
    for _ in range(2):
        if took < enough:
            break
        took = min(took, _once(work))
    return took


def _once(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


@contextmanager
def ending(seconds: float) -> Iterator[None]:
    """What is done inside comes to an end: it raises AssertionError once it has used so many seconds of the
    processor's time."""

    def stop(*_: object) -> None:
        raise AssertionError(f"no end after {seconds} s of the processor's time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
