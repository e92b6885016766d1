"""The protected originals on disk: immutable segments, and a manifest that is replaced in one step.

`manifest.json` names the segments and the rows that were removed. A writer holds the lock, writes a new segment beside
the others and then swaps the manifest, so that readers of any process see either the old state or the new one.
A segment is a folder: `rows.npy` (where each original's name and fingerprint lie), `names.bin`, `prints.bin`,
`frames.npy` (original and time of each indexed frame), `local.*.npy` and `pictures.*.npy` (code_index.py).
"""

import fcntl
import json
import os
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.detection.fingerprints.fingerprint import Fingerprint, read_fingerprint
from tools.detection.matching.candidates import (
    DENSE,
    MANY_ORIGINALS,
    THIN,
    Candidate,
    CodeSet,
    Question,
    find_candidates,
    indexed_frames,
    local_codes,
    local_within,
    picture_codes,
    questions,
)
from tools.detection.matching.code_index import CodeIndex, build_index, load_index
from tools.kernel.errors import OperatorError

_ROW = np.dtype([("name_at", "<u8"), ("name_bytes", "<u4"), ("print_at", "<u8"), ("print_bytes", "<u4")])
_FRAME = np.dtype([("original", "<u4"), ("seconds", "<f4")])
_MANIFEST = "manifest.json"
_FORMAT = 2
# More segments than this are merged: each costs a lookup.
_MOST_SEGMENTS = 8
_FEWEST_MERGED = 4


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


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with the original that it is."""

    original: Original
    fingerprint: Fingerprint
    candidate: Candidate


class Segment:
    """One folder of originals, memory-mapped."""

    def __init__(self, folder: Path, removed: frozenset[int]) -> None:
        self.folder = folder
        self.removed = removed
        self._rows = np.load(folder / "rows.npy", mmap_mode="r", allow_pickle=False)
        frames = np.load(folder / "frames.npy", mmap_mode="r", allow_pickle=False)
        self.local: CodeIndex = load_index(folder, "local")
        self.pictures: CodeIndex = load_index(folder, "pictures")
        self.frame_originals: npt.NDArray[np.uint32] = np.ascontiguousarray(frames["original"])
        self.frame_seconds: npt.NDArray[np.float32] = np.ascontiguousarray(frames["seconds"])

    def __len__(self) -> int:
        return len(self._rows)

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
        self, asked: Question, *, within: int, least_votes: int, most: int
    ) -> list[tuple[int, "Segment", Candidate]]:
        """Return the candidates of this segment that were not removed, with their votes."""
        candidates = find_candidates(
            asked,
            local=self.local,
            pictures=self.pictures,
            originals=self.frame_originals,
            times=self.frame_seconds,
            known=len(self),
            within=within,
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


class Originals:
    """The folder of originals; `segments` is the state when it was opened or last refreshed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.segments: tuple[Segment, ...] = ()
        self._stamp = ""
        self.refresh()

    def refresh(self) -> None:
        """See what other processes have added since."""
        while True:
            manifest = self._manifest()
            stamp = json.dumps(manifest)
            if stamp == self._stamp:
                return
            try:
                self.segments = tuple(
                    Segment(self._folder / name, frozenset(removed))
                    for name, removed in manifest["segments"].items()
                )
            except FileNotFoundError:
                # A writer merged the segments between our two reads: the new manifest is there already.
                continue
            self._stamp = stamp
            return

    def __iter__(self) -> Iterator[Original]:
        for segment in self.segments:
            for row in range(len(segment)):
                if row not in segment.removed:
                    yield segment.original(row)

    def __len__(self) -> int:
        return sum(len(segment) - len(segment.removed) for segment in self.segments)

    def candidates(
        self, query: Fingerprint, *, least_votes: int, most: int
    ) -> list[tuple[int, Segment, Candidate]]:
        """Return (votes, segment, candidate) of all segments, those with the most votes first."""
        stored = sum(len(segment.local.codes) for segment in self.segments)
        found = [
            one
            for asked in questions(query, every_point=len(self) < MANY_ORIGINALS)
            for segment in self.segments
            for one in segment.candidates(
                asked, within=local_within(stored), least_votes=least_votes, most=most
            )
        ]
        return sorted(found, key=lambda one: -one[0])[:most]

    def find(self, query: Fingerprint, *, least_votes: int, most: int) -> list[Found]:
        """Return the candidates with what is known of them, those with the most votes first."""
        return [
            Found(
                segment.original(candidate.original),
                read_fingerprint(segment.fingerprint_bytes(candidate.original)),
                candidate,
            )
            for _, segment, candidate in self.candidates(query, least_votes=least_votes, most=most)
        ]

    def fingerprint(self, original: Original) -> Fingerprint:
        """Return an original's fingerprint; KeyError when it is not protected."""
        for segment in self.segments:
            for row in range(len(segment)):
                if row not in segment.removed and segment.original(row).name == original.name:
                    return read_fingerprint(segment.fingerprint_bytes(row))
        raise KeyError(original.name)

    def add(self, added: Sequence[NewOriginal]) -> None:
        """Protect these originals; one of the same name takes the place of the earlier one."""
        if not added:
            return
        with self._writing():
            names = {new.original.name for new in added}
            manifest = self._without(names)
            name = self._write_segment(added)
            manifest["segments"][name] = []
            self._swap(manifest)
            if len(manifest["segments"]) > _MOST_SEGMENTS:
                self._merge()
        self.refresh()

    def remove(self, names: set[str]) -> int:
        """Stop protecting these; return how many there were."""
        with self._writing():
            before = len(self)
            self._swap(self._without(names))
            self.refresh()
            return before - len(self)

    def _without(self, names: set[str]) -> dict[str, Any]:
        """Return the manifest in which rows of these names are removed."""
        self.refresh()
        return {
            "format": _FORMAT,
            "segments": {
                segment.folder.name: sorted(
                    segment.removed
                    | {row for row in range(len(segment)) if segment.original(row).name in names}
                )
                for segment in self.segments
            },
        }

    def _merge(self) -> None:
        """Write the smaller segments as one and forget what was removed of them.

        One that is larger than twice all smaller ones together stays, so that a row is written few times in all.
        """
        self.refresh()
        old: list[Segment] = []
        for segment in sorted(self.segments, key=len):
            if len(old) < _FEWEST_MERGED or len(segment) <= 2 * sum(map(len, old)):
                old.append(segment)
        kept = [
            NewOriginal(segment.original(row), segment.fingerprint_bytes(row))
            for segment in old
            for row in range(len(segment))
            if row not in segment.removed
        ]
        left = {one.folder.name: sorted(one.removed) for one in self.segments if one not in old}
        fresh = {self._write_segment(kept): list[int]()} if kept else {}
        self._swap({"format": _FORMAT, "segments": {**left, **fresh}})
        for segment in old:
            shutil.rmtree(segment.folder, ignore_errors=True)

    def _write_segment(self, added: Sequence[NewOriginal]) -> str:
        taken = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
        name = f"{max(taken, default=0) + 1:08d}"
        unfinished = self._folder / f"{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        write_segment(unfinished, added)
        unfinished.rename(self._folder / name)
        return name

    def _manifest(self) -> dict[str, Any]:
        try:
            manifest = json.loads((self._folder / _MANIFEST).read_text("utf-8"))
        except FileNotFoundError:
            return {"format": _FORMAT, "segments": {}}
        if manifest["format"] != _FORMAT:
            raise OperatorError(
                f"{self._folder}: originals of format {manifest['format']}, this program reads {_FORMAT}: add them again"
            )
        return manifest

    def _swap(self, manifest: dict[str, Any]) -> None:
        fresh = self._folder / f"{_MANIFEST}.unfinished"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(manifest, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._folder / _MANIFEST)

    @contextmanager
    def _writing(self) -> Generator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def write_segment(folder: Path, added: Sequence[NewOriginal]) -> None:
    """Write the files of a segment; of many originals fewer codes each."""
    density = DENSE if len(added) < MANY_ORIGINALS else THIN
    rows = np.zeros(len(added), _ROW)
    frames: list[npt.NDArray[Any]] = []
    local: list[CodeSet] = []
    pictures: list[CodeSet] = []
    first = name_at = print_at = 0
    with (folder / "names.bin").open("wb") as names, (folder / "prints.bin").open("wb") as prints:
        for row, new in enumerate(added):
            label = json.dumps([new.original.name, new.original.owner]).encode()
            rows[row] = (name_at, len(label), print_at, len(new.fingerprint))
            name_at += names.write(label)
            print_at += prints.write(new.fingerprint)
            found = read_fingerprint(new.fingerprint)
            chosen = indexed_frames(found, density=density)
            mine = np.zeros(len(chosen), _FRAME)
            mine["original"], mine["seconds"] = row, found.times[chosen]
            frames.append(mine)
            local.append(_numbered(local_codes(found, chosen, density=density), chosen, first))
            pictures.append(_numbered(picture_codes(found, chosen), chosen, first))
            first += len(chosen)
    np.save(folder / "rows.npy", rows)
    np.save(folder / "frames.npy", np.concatenate(frames))
    _index(local).save(folder, "local")
    _index(pictures).save(folder, "pictures")


def _numbered(found: CodeSet, chosen: npt.NDArray[np.int64], first: int) -> CodeSet:
    """Return the codes with frames numbered as in the segment's table of frames."""
    numbers = np.searchsorted(chosen, found.frames).astype(np.uint32) + np.uint32(first)
    return CodeSet(found.codes, numbers, found.places)


def _index(sets: Sequence[CodeSet]) -> CodeIndex:
    return build_index(
        np.concatenate([found.codes for found in sets]),
        np.concatenate([found.frames for found in sets]),
        np.concatenate([found.places for found in sets]),
    )
