"""Of a damaged run that is taken over, a record that cannot be taken is named and costs itself alone. The
rest is sound for every reader, and an intact copy brings what is missing."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import odd_evidence
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported import assert_sound, import_into

from kistep_archive.warc.record import Record

Members = list[bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = odd_evidence.write(tmp_path_factory.mktemp("intact") / "archive")
    assert_sound(folder)
    return folder


def changed(whole: Path, to: Path, kind: str, change: Callable[[Members], None]) -> Path:
    """A copy of the archive, whose first file of this kind has other gzip members."""
    shutil.copytree(whole / "warc", to / "warc")
    path = next(path for path in sorted((to / "warc").iterdir()) if f"-{kind}-" in path.name)
    content = path.read_bytes()
    members = [content[one.offset : one.offset + one.length] for one in odd_evidence.records(path)]
    change(members)
    path.write_bytes(b"".join(members))
    return to


def place(whole: Path, kind: str, of_type: str, nth: int = 0) -> tuple[int, Record]:
    """(position, record) of the nth record of a type in the first file of this kind."""
    path = next(path for path in sorted((whole / "warc").iterdir()) if f"-{kind}-" in path.name)
    found = [each for each in enumerate(odd_evidence.records(path)) if each[1].type == of_type]
    return found[nth]


@pytest.mark.parametrize("kind", ["crawl", "import"])
def test_a_record_that_occurs_twice_is_named_and_taken_once(whole: Path, tmp_path: Path, kind: str) -> None:
    at, record = place(whole, kind, "metadata", -1)
    hurt = changed(whole, tmp_path / "hurt", kind, lambda members: members.append(members[at]))
    done = import_into(tmp_path / "merged", hurt)
    offset = record.offset + record.length
    assert [line.partition(" at ")[2] for line in done.damage] == [
        f"{offset}: repeats the record at {record.offset}"
    ]
    assert_sound(tmp_path / "merged")


def test_a_capture_whose_record_is_damaged_costs_itself_and_its_revisits(whole: Path, tmp_path: Path) -> None:
    at, record = place(whole, "import", "response")

    def hurt_payload(members: Members) -> None:
        middle = record.length // 2
        members[at] = members[at][:middle] + b"\0\0\0\0" + members[at][middle + 4 :]

    done = import_into(tmp_path / "merged", changed(whole, tmp_path / "hurt", "import", hurt_payload))
    assert f"at {record.offset}: the gzip member is damaged" in done.damage[0]
    assert not any(" at -1" in line for line in done.damage)
    assert_sound(tmp_path / "merged")
    assert import_into(tmp_path / "merged", whole).damage == []
    assert_sound(tmp_path / "merged")


@pytest.mark.parametrize("block", [b"{not JSON", b'{"event": "finished"}', b"[" * 100_000])
def test_an_entry_of_the_run_log_that_cannot_be_read_is_not_taken(
    whole: Path, tmp_path: Path, block: bytes
) -> None:
    at, record = place(whole, "crawl", "metadata", -1)
    head = "WARC/1.1\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: "

    def spoil(members: Members) -> None:
        members[at] = gzip.compress(head.encode() + b"%d\r\n\r\n" % len(block) + block + b"\r\n\r\n")

    done = import_into(tmp_path / "merged", changed(whole, tmp_path / "hurt", "crawl", spoil))
    assert [f" at {record.offset}: " in line for line in done.damage] == [True]
    assert_sound(tmp_path / "merged")


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 2)  # each example makes and reads two archives
@given(data=st.data(), kind=st.sampled_from(["crawl", "import"]))
def test_whatever_is_done_to_the_records_of_a_run_what_is_taken_of_it_is_sound(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: str
) -> None:
    tmp = tmp_path_factory.mktemp("intact")

    def shuffle(members: Members) -> None:
        some = st.integers(1, len(members) - 1)
        one, other = data.draw(some), data.draw(some)
        what = data.draw(st.sampled_from(["drop", "repeat", "swap", "cut", "flip"]))
        if what == "drop":
            del members[one]
        elif what == "repeat":
            members.insert(other, members[one])
        elif what == "swap":
            members[one], members[other] = members[other], members[one]
        else:
            at = data.draw(st.integers(0, len(members[one]) - 1))
            flipped = bytes([members[one][at] ^ 4]) if what == "flip" else b""
            members[one] = members[one][:at] + flipped + members[one][at + 1 :]

    done = import_into(tmp / "merged", changed(whole, tmp / "hurt", kind, shuffle))
    assert not any(" at -1" in line for line in done.damage)
    assert_sound(tmp / "merged")
    shutil.rmtree(tmp)
