"""What a message says of an error of the network."""

import errno

from twisted.internet.error import ConnectionDone as Closed
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.error import TimeoutError as TimedOut
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from kistep_archive.crawl.messages import describe


def test_an_error_of_the_network_is_said_once_in_the_systems_words() -> None:
    refused = Refused(osError=errno.ECONNREFUSED, string="Connection refused")
    assert describe(refused) == "connection refused"
    assert describe(ResponseNeverReceived([Failure(refused)])) == "connection refused"
    assert describe(TimedOut()) == "no whole answer came in time"
    assert describe(ResponseNeverReceived([Failure(Closed())])).startswith("the site closed the connection")
