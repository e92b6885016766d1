"""The protected originals on disk: immutable segments, and a manifest that is replaced in one step.

`manifest.json` names the segments and the rows that were removed. A writer holds the lock, writes a new segment beside
the others and then swaps the manifest, so that readers of any process see either the old state or the new one.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.matching.candidates import Candidate, questions, reach_among
from tools.detection.matching.segment import NewOriginal, Original, Segment, stored_fingerprint, write_segment
from tools.kernel.errors import OperatorError

_MANIFEST = "manifest.json"
_FORMAT = 5
# More segments than this are merged: each costs a lookup.
_MOST_SEGMENTS = 8
_FEWEST_MERGED = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with the original that it is."""

    original: Original
    fingerprint: Fingerprint
    candidate: Candidate


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
        reach = reach_among(sum(len(segment.local.codes) for segment in self.segments))
        found = [
            one
            for asked in questions(query, every_point=True)
            for segment in self.segments
            for one in segment.candidates(asked, reach=reach, least_votes=least_votes, most=most)
        ]
        return sorted(found, key=lambda one: -one[0])[:most]

    def find(self, query: Fingerprint, *, least_votes: int, most: int) -> list[Found]:
        """Return the candidates with what is known of them, those with the most votes first."""
        return [
            Found(
                original := segment.original(candidate.original),
                stored_fingerprint(original, segment.fingerprint_bytes(candidate.original)),
                candidate,
            )
            for _, segment, candidate in self.candidates(query, least_votes=least_votes, most=most)
        ]

    def named(self, names: Collection[str]) -> dict[str, Original]:
        """Return which originals of these names are protected."""
        found = [segment.original(row) for segment, row in self._rows_of(names)]
        return {original.name: original for original in found}

    def count_of(self, owner: str) -> int:
        """Return how many originals are this owner's."""
        return sum(segment.count_of(owner) for segment in self.segments)

    def fingerprint(self, original: Original) -> Fingerprint:
        """Return an original's fingerprint; KeyError when it is not protected."""
        for segment, row in self._rows_of([original.name]):
            return stored_fingerprint(original, segment.fingerprint_bytes(row))
        raise KeyError(original.name)

    def _rows_of(self, names: Collection[str]) -> Iterator[tuple[Segment, int]]:
        for segment in self.segments:
            for row in segment.rows_of(names):
                if row not in segment.removed:
                    yield segment, row

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

    def remove(self, names: Collection[str]) -> int:
        """Stop protecting these; return how many there were."""
        with self._writing():
            before = len(self)
            self._swap(self._without(names))
            self.refresh()
            return before - len(self)

    def _without(self, names: Collection[str]) -> dict[str, Any]:
        """Return the manifest in which rows of these names are removed."""
        self.refresh()
        return {
            "format": _FORMAT,
            "segments": {
                segment.folder.name: sorted(segment.removed.union(segment.rows_of(names)))
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
