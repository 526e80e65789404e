"""What a piece of work costs, for tests of hostile input: a bound on the processor's time, which a busy machine does not spend for it."""

import time
from collections.abc import Callable


def processor_seconds(work: Callable[[], object]) -> float:
    """The processor's time that the work takes in this thread, in seconds: the least of three times. What grows with the square of its
    input takes minutes each time; a pause of the machine does not come three times in a row."""
    return min(_once(work) for _ in range(3))


def _once(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started
