"""The folder of uploads: bytes named by their own hash, there whole or not at all."""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.kernel.upload_kinds import HEAD_BYTES, UploadKind, recognise

_FOLDER = "uploads"
_ARRIVING = "arriving"
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 80
_LONGEST_ENDING = 10
_NAMELESS = "未命名"
_OLD_SECONDS = 24 * 3600


class UploadTooLargeError(Exception):
    """More bytes came than the limit allows; nothing of them is left."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that arrived whole and belongs to nobody yet; `path` is its place until then."""

    kind: UploadKind
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    path: Path


class Arrival:
    """One file on its way in: `write` its bytes in order, then `finish`; `discard` leaves nothing behind."""

    def __init__(self, folder: Path, *, name: str, media_type: str = "", limit_bytes: int) -> None:
        """Begin the file under GUANGHE_HOME; `name` and `media_type` are the sender's word, for showing alone."""
        arriving = folder / _FOLDER / _ARRIVING
        arriving.mkdir(parents=True, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=arriving)
        self._path = Path(path)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()
        self._head = b""
        self._size = 0
        self._name = name
        self._claimed = media_type
        self._limit = limit_bytes

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises UploadTooLargeError at the first byte beyond the limit."""
        self._size += len(chunk)
        if self._size > self._limit:
            self.discard()
            raise UploadTooLargeError
        if len(self._head) < HEAD_BYTES:
            self._head = (self._head + chunk)[:HEAD_BYTES]
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self) -> ReceivedFile | None:
        """Return the file, on the disk for good; None for an empty one, which leaves nothing."""
        if self._size == 0:
            self.discard()
            return None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        found = recognise(self._head, claimed=self._claimed)
        return ReceivedFile(
            kind=found.kind,
            name=shown_name(self._name),
            media_type=found.media_type,
            size_bytes=self._size,
            sha256=self._hash.hexdigest(),
            path=self._path,
        )

    def discard(self) -> None:
        """Forget the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def settle(folder: Path, file: ReceivedFile) -> None:
    """Give the file its place by its hash; the same bytes sent twice lie there once."""
    place = path_of(folder, file.sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    # A transaction that is tried again finds its file in place already.
    with suppress(FileNotFoundError):
        # Young again: the sweep leaves it alone until its row is there.
        os.utime(file.path)
        file.path.replace(place)
        _sync_folder(place.parent)
    assert place.is_file(), "a file is settled once it has arrived"


def discard(file: ReceivedFile) -> None:
    """Forget a file that nobody has taken; one that is settled stays."""
    file.path.unlink(missing_ok=True)


def old_ones(folder: Path, paths: Iterable[Path]) -> list[Path]:
    """Return the files that have lain there for a day, by the file system's own clock: the demo's shows another year."""
    paths = list(paths)
    if not paths:
        return []
    with tempfile.TemporaryFile(dir=folder) as probe:
        now = os.fstat(probe.fileno()).st_mtime
    return [path for path in paths if now - _changed_at(path, otherwise=now) > _OLD_SECONDS]


def path_of(folder: Path, sha256: str) -> Path:
    """Return where the bytes with this hash lie; nothing that a sender wrote is part of it."""
    assert _HASH.fullmatch(sha256), "the name is a hash and nothing else"
    return folder / _FOLDER / sha256[:2] / sha256


def stored_files(folder: Path) -> Iterator[Path]:
    """Yield the settled files, in the order of their hashes."""
    for shard in sorted((folder / _FOLDER).glob("[0-9a-f][0-9a-f]")):
        yield from sorted(path for path in shard.iterdir() if _HASH.fullmatch(path.name))


def arriving_files(folder: Path) -> Iterator[Path]:
    """Yield the files that are still arriving, or that a killed process left half-way."""
    yield from sorted((folder / _FOLDER / _ARRIVING).glob("*"))


def shown_name(name: str) -> str:
    """Return the sender's name for a file as it may be shown: one line, no folders, nothing invisible."""
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    base = re.split(r"[/\\]", plain)[-1]
    # Control, format (right-to-left marks would disguise an ending) and unassigned characters.
    seen = "".join(
        " " if c.isspace() else c for c in base if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    words = " ".join(seen.split())
    if len(words) > _LONGEST_NAME:
        ending = Path(words).suffix
        ending = ending if len(ending) <= _LONGEST_ENDING else ""
        words = f"{words[: _LONGEST_NAME - len(ending) - 1]}…{ending}"
    return words if words.strip(". ") else _NAMELESS


def _changed_at(path: Path, *, otherwise: float) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return otherwise


def _sync_folder(folder: Path) -> None:
    # A rename is on the disk for good once its folder is.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
