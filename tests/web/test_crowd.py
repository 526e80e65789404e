"""Twenty readers at once while a crawl writes: nobody sees an error, and everybody what it writes."""

from collections import Counter

import pytest
from commands import Archive
from crowd import Crowd
from served import get, serving

from kistep_archive.replica import Replica


@pytest.mark.whole_replica
def test_twenty_readers_see_no_error_while_a_crawl_writes_and_then_what_it_wrote(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    replica.site.day = 2
    with serving(archive) as (address, _):
        assert get(f"{address}runs/2")[0] == 404
        with Crowd(address) as crowd:
            done = archive.crawl("--recheck", "60")
        assert (done.returncode, crowd.failures) == (0, [])
        assert len(crowd.seconds) > 20
        assert crowd.statuses == Counter({200: len(crowd.seconds)})
        assert get(f"{address}runs/2")[0] == 200
        changed = archive.rows(
            "SELECT number FROM posts WHERE layout = 'es' AND last_seen_at > "
            "(SELECT finished_at FROM runs WHERE id = 1) ORDER BY id DESC LIMIT 10"
        )
        assert len(changed) > 5
        assert [number for (number,) in changed if get(f"{address}news/{number}")[0] != 200] == []
