"""Files and images in a folder: a folder for each post, named as its Markdown file is, and in it the bytes
from the evidence, each compared with its digest. A list of them is beside the folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.display import first_of
from kistep_archive.evidence.pages import verified_page
from kistep_archive.export.destination import FILES, check_destination, replacing
from kistep_archive.export.files import manifest
from kistep_archive.export.files.names import FolderNames, post_path
from kistep_archive.http.file_types import PICTURES, suffix
from kistep_archive.http.media_types import image_suffix
from kistep_archive.http.response import PageError, content
from kistep_archive.model.documents import Document
from kistep_archive.query.files import FilesOfPost, PostFile
from kistep_archive.warc.reader import WarcError


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """Every file and image of the posts, those that were written with a `path`; and a line about damaged
    evidence, empty if there is none."""

    files: list[PostFile]
    damage: str = ""


def write(archive: Path, posts: Iterable[FilesOfPost], out: Path, *, force: bool) -> WrittenFiles:
    """Writes the files of these posts to a new folder `out`. `archive` is the folder of the archive.

    Raises ArchiveError (2) if `out` exists or cannot be written.
    """
    check_destination(archive, out, FILES, force)
    listed: list[PostFile] = []
    damage: list[str] = []
    with replacing(out) as part:
        part.mkdir()
        for post in posts:
            folder = post_path(part, post.post, "")
            paths = write_post(archive / "warc", post.files, folder, damage)
            listed += post.listed({place: f"{folder.name}/{file}" for place, file in paths.items()})
        manifest.write(part)
    problem = f"{first_of(damage)}; all other files are written" if damage else ""
    return WrittenFiles(listed, problem)


def write_post(evidence: Path, files: list[Document], folder: Path, damage: list[str]) -> dict[int, str]:
    """Writes the files of a post that were fetched, and returns the name of each by its place in the list.
    The folder is made for the first. What cannot be read is added to `damage`."""
    names, written = FolderNames(), dict[int, str]()
    for place, file, data in read_fetched(evidence, files, damage):
        written[place] = names.new(_with_suffix(file, data))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / written[place]).write_bytes(data)
    return written


def read_fetched(
    evidence: Path, files: list[Document], damage: list[str]
) -> Iterator[tuple[int, Document, bytes]]:
    """(place in the list, file, bytes) of each file that was fetched. What cannot be read is added to
    `damage`."""
    for place, file in enumerate(files):
        if file["sha256"] is None:
            continue
        try:
            yield place, file, read(evidence, file)
        except (WarcError, PageError) as error:
            damage.append(str(error))


def read(evidence: Path, file: Document) -> bytes:
    """The bytes of a fetched file, after its digest was checked. Raises WarcError and PageError."""
    return content(verified_page(evidence, file["warc_file"], file["warc_offset"], file["sha256"]))


def _with_suffix(file: Document, data: bytes) -> str:
    """The file's name. An image may have only the one in its address: it gets the suffix of its bytes."""
    name = str(file["name"])
    return name if file["kind"] == "file" or suffix(name) in PICTURES else f"{name}{image_suffix(data)}"
