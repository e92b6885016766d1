"""One folder of originals: immutable, memory-mapped.

`rows.npy` says where each original's name and fingerprint lie and whose it is, `name_hashes.npy` is sorted and `by_name.npy` has
the rows in that order; `names.bin`, `prints.bin`, `frames.npy` (original and time of each indexed frame), `local.*.npy` and
`pictures.*.npy` (code_index.py).
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.fingerprint import Fingerprint, FingerprintError, read_fingerprint
from tools.detection.matching.candidates import (
    DENSE,
    MANY_ORIGINALS,
    THIN,
    Candidate,
    CodeSet,
    Density,
    Question,
    Reach,
    find_candidates,
    indexed_frames,
    local_codes,
    picture_codes,
)
from tools.detection.matching.code_index import CodeIndex, build_index, load_index
from tools.kernel.errors import OperatorError

ROW = np.dtype(
    [
        ("name_at", "<u8"),
        ("name_bytes", "<u4"),
        ("print_at", "<u8"),
        ("print_bytes", "<u4"),
        ("owner_hash", "<u8"),
    ]
)
FRAME = np.dtype([("original", "<u4"), ("seconds", "<f4")])


@dataclass(frozen=True, slots=True)
class Original:
    """A protected video; `name` is the stem of its file or the work's id."""

    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class NewOriginal:
    """An original to be added, with the bytes of its fingerprint."""

    original: Original
    fingerprint: bytes


def stored_fingerprint(original: Original, data: bytes) -> Fingerprint:
    """Return what is kept of an original. Raises OperatorError where it is damaged or of another version."""
    try:
        return read_fingerprint(data)
    except FingerprintError as error:
        raise OperatorError(f"original {original.name!r}: {error}: add it again") from error


def text_hash(text: str) -> int:
    """Return 64 bits of a name, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


class Segment:
    """One folder of originals, memory-mapped."""

    def __init__(self, folder: Path, removed: frozenset[int]) -> None:
        self.folder = folder
        self.removed = removed
        self._rows = np.load(folder / "rows.npy", mmap_mode="r", allow_pickle=False)
        self._name_hashes = np.load(folder / "name_hashes.npy", mmap_mode="r", allow_pickle=False)
        self._by_name = np.load(folder / "by_name.npy", mmap_mode="r", allow_pickle=False)
        frames = np.load(folder / "frames.npy", mmap_mode="r", allow_pickle=False)
        self.local: CodeIndex = load_index(folder, "local")
        self.pictures: CodeIndex = load_index(folder, "pictures")
        self.frame_originals: npt.NDArray[np.uint32] = np.ascontiguousarray(frames["original"])
        self.frame_seconds: npt.NDArray[np.float32] = np.ascontiguousarray(frames["seconds"])

    def __len__(self) -> int:
        return len(self._rows)

    def rows_of(self, names: Collection[str]) -> Iterator[int]:
        """Yield the rows with these names, removed ones too, without reading the others."""
        for name in names:
            wanted = np.uint64(text_hash(name))
            at = int(np.searchsorted(self._name_hashes, wanted))
            while at < len(self) and self._name_hashes[at] == wanted:
                row = int(self._by_name[at])
                if self.original(row).name == name:
                    yield row
                at += 1

    def count_of(self, owner: str) -> int:
        """Return how many rows that were not removed are this owner's."""
        mine = np.flatnonzero(self._rows["owner_hash"] == text_hash(owner)).tolist()
        return sum(row not in self.removed for row in mine)

    def original(self, row: int) -> Original:
        """Return the name and owner of a row."""
        at, size = int(self._rows[row]["name_at"]), int(self._rows[row]["name_bytes"])
        name, owner = json.loads(self._names[at : at + size].tobytes())
        return Original(name, owner)

    def fingerprint_bytes(self, row: int) -> bytes:
        """Return the stored fingerprint of a row."""
        at, size = int(self._rows[row]["print_at"]), int(self._rows[row]["print_bytes"])
        return self._prints[at : at + size].tobytes()

    def candidates(
        self, asked: Question, *, reach: Reach, least_votes: int, most: int
    ) -> list[tuple[int, "Segment", Candidate]]:
        """Return the candidates of this segment that were not removed, with their votes."""
        candidates = find_candidates(
            asked,
            local=self.local,
            pictures=self.pictures,
            originals=self.frame_originals,
            times=self.frame_seconds,
            known=len(self),
            reach=reach,
            least_votes=least_votes,
            most=most + len(self.removed),
        )
        kept = [found for found in candidates if found.original not in self.removed][:most]
        return [(found.votes, self, found) for found in kept]

    @cached_property
    def _names(self) -> npt.NDArray[np.uint8]:
        return np.memmap(self.folder / "names.bin", np.uint8, "r")

    @cached_property
    def _prints(self) -> npt.NDArray[np.uint8]:
        return np.memmap(self.folder / "prints.bin", np.uint8, "r")


@dataclass(frozen=True, slots=True)
class Sampled:
    """What of one original is indexed: the seconds of its frames, and codes with frames counted from its first."""

    seconds: npt.NDArray[np.float32]
    local: CodeSet
    pictures: CodeSet


def sampled(found: Fingerprint, *, density: Density) -> Sampled:
    """Return what is indexed of a fingerprint."""
    chosen = indexed_frames(found, density=density)
    return Sampled(
        found.times[chosen],
        _numbered(local_codes(found, chosen, density=density), chosen),
        _numbered(picture_codes(found, chosen), chosen),
    )


def write_segment(folder: Path, added: Sequence[NewOriginal]) -> None:
    """Write the files of a segment; of many originals fewer codes each."""
    density = DENSE if len(added) < MANY_ORIGINALS else THIN
    rows = np.zeros(len(added), ROW)
    parts: list[Sampled] = []
    name_at = print_at = 0
    with (folder / "names.bin").open("wb") as names, (folder / "prints.bin").open("wb") as prints:
        for row, new in enumerate(added):
            original = new.original
            label = json.dumps([original.name, original.owner]).encode()
            rows[row] = (name_at, len(label), print_at, len(new.fingerprint), text_hash(original.owner))
            name_at += names.write(label)
            print_at += prints.write(new.fingerprint)
            parts.append(sampled(stored_fingerprint(original, new.fingerprint), density=density))
    write_rows(folder, rows, [new.original.name for new in added])
    frames = frame_table(parts)
    np.save(folder / "frames.npy", frames)
    firsts = np.cumsum([0, *(len(part.seconds) for part in parts)])
    for name, sets in (
        ("local", [part.local for part in parts]),
        ("pictures", [part.pictures for part in parts]),
    ):
        joined = joined_codes(sets, firsts)
        build_index(joined.codes, joined.frames, joined.places).save(folder, name)


def write_rows(folder: Path, rows: npt.NDArray[Any], names: Sequence[str]) -> None:
    """Write the rows, and where to find each name among them."""
    np.save(folder / "rows.npy", rows)
    hashes = np.array([text_hash(name) for name in names], np.uint64)
    order = np.argsort(hashes, kind="stable").astype(np.uint32)
    np.save(folder / "by_name.npy", order)
    np.save(folder / "name_hashes.npy", hashes[order])


def frame_table(parts: Sequence[Sampled]) -> npt.NDArray[Any]:
    """Return original and time of every indexed frame."""
    table = np.zeros(sum(len(part.seconds) for part in parts), FRAME)
    table["original"] = np.repeat(np.arange(len(parts)), [len(part.seconds) for part in parts])
    table["seconds"] = np.concatenate([part.seconds for part in parts])
    return table


def joined_codes(sets: Sequence[CodeSet], firsts: npt.NDArray[np.int64]) -> CodeSet:
    """Return the codes one after the other, with frames numbered as in the segment's table of frames."""
    return CodeSet(
        np.concatenate([found.codes for found in sets]),
        np.concatenate([found.frames + np.uint32(first) for found, first in zip(sets, firsts, strict=False)]),
        np.concatenate([found.places for found in sets]),
    )


def _numbered(found: CodeSet, chosen: npt.NDArray[np.int64]) -> CodeSet:
    """Return the codes with frames counted among the chosen ones."""
    return CodeSet(found.codes, np.searchsorted(chosen, found.frames).astype(np.uint32), found.places)
