"""How the doctor asks another machine."""

from kistep_archive.crawl.origin import origin
from kistep_archive.model.boards import Catalogue
from kistep_archive.operate.doctor.network import Probe


def test_another_machine_is_asked_once_a_second_or_as_its_robots_say() -> None:
    slept = list[float]()
    asking = Probe(origin("", Catalogue().rows), sleep=slept.append)
    for _ in range(3):
        asking.wait("https://www.kistep.re.kr")
    assert [round(each) for each in slept] == [1, 1]
    asking.wait("http://127.0.0.1:8000")
    assert len(slept) == 2
