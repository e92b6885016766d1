"""A video file against the originals of a home: the detector's answer in the words that reports use."""

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tools.detection.reports.verdicts import MachineVerdict, Result, Segment
from tools.kernel.media.limits import Fault

if TYPE_CHECKING:
    from tools.detection.matching.detector import Detector
    from tools.detection.matching.verdict import Match
    from tools.detection.original_store import OriginalStore

EVIDENCE = "evidence"
_NARROW_KEPT = 3


@dataclass(frozen=True, slots=True)
class Matched:
    """An original that the video shows; `draw` returns the verdict with its evidence picture, which decodes again."""

    original: str
    owner: str
    verdict: MachineVerdict
    draw: Callable[[], MachineVerdict]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a video shows, the surest first; with a fault nothing is known."""

    matches: tuple[Matched, ...]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The originals that one scan looks for."""

    scan: int
    originals: tuple[str, ...]


class Checker:
    """Checks files against the originals; evidence lies in the home. `close` ends its decoding processes."""

    def __init__(self, originals: "OriginalStore", *, home: Path) -> None:
        # Numba and OpenCV, which only a process that checks needs.
        from tools.detection.matching.detector import Detector  # noqa: PLC0415
        from tools.kernel.media.pool import MediaPool  # noqa: PLC0415

        self._pool = MediaPool()
        self._detector = Detector(originals, pool=self._pool)
        self._evidence = home / EVIDENCE
        self._folder = tempfile.TemporaryDirectory(prefix="guanghe-chosen-")
        self._narrow: dict[Chosen, Detector] = {}
        self._narrowing = threading.Lock()

    def close(self) -> None:
        """End the decoding processes."""
        self._pool.close()
        self._folder.cleanup()

    def check(self, path: Path | None, *, among: Chosen | None = None) -> Checked:
        """Return which originals the file shows, as they are now in any process.

        Where only some originals are asked for, nearly every file ends with a lookup among these few; one that shows one
        of them is then compared with all, since another original may explain it better.
        """
        if path is None:
            return Checked((), Fault.MISSING)
        self._detector.originals.refresh()
        if among is not None:
            done = self._narrowed(among).check(path)
            if done.fault is not None or not done.matches:
                return Checked((), done.fault)
        done = self._detector.check(path)
        return Checked(tuple(self._matched(path, match) for match in done.matches), done.fault)

    def _narrowed(self, chosen: Chosen) -> "Detector":
        """Return a detector that knows the chosen originals alone."""
        from tools.detection.matching.detector import Detector  # noqa: PLC0415 - as above
        from tools.detection.matching.originals import Originals  # noqa: PLC0415 - as above
        from tools.detection.matching.segment import NewOriginal  # noqa: PLC0415 - as above

        with self._narrowing:
            if (known := self._narrow.get(chosen)) is not None:
                return known
            everything = self._detector.originals
            few = Originals(Path(tempfile.mkdtemp(dir=self._folder.name)))
            few.add(
                [
                    NewOriginal(original, everything.fingerprint(original).to_bytes())
                    for original in everything.named(chosen.originals).values()
                ]
            )
            detector = Detector(few, pool=self._pool)
            # Scans come one after the other: an earlier one's few originals are seldom asked for again.
            self._narrow = {**dict(list(self._narrow.items())[-_NARROW_KEPT:]), chosen: detector}
            return detector

    def protects(self, original: str) -> bool:
        """Whether an original of this name is protected."""
        return original in self._detector.originals.named([original])

    def protected_of(self, owner: str) -> int:
        """Return how many originals this handle has protected."""
        self._detector.originals.refresh()
        return self._detector.originals.count_of(owner)

    def _matched(self, path: Path, match: "Match") -> Matched:
        from tools.detection.matching.verdict import COPY_FROM  # noqa: PLC0415 - as the detector

        verdict = MachineVerdict(
            result=Result.COPY if match.score >= COPY_FROM else Result.REVIEW,
            score=match.score,
            segments=(Segment(match.video_seconds, match.original_seconds),),
            mirrored=match.mirrored,
            speed=match.speed,
        )
        return Matched(
            match.original.name,
            match.original.owner,
            verdict,
            lambda: replace(verdict, picture=self._draw(path, match)),
        )

    def _draw(self, path: Path, match: "Match") -> str:
        from tools.detection.matching.evidence import draw_evidence  # noqa: PLC0415 - as the detector

        original = self._detector.originals.fingerprint(match.original)
        data = draw_evidence(self._detector.frames(path), original, match)
        picture = self._evidence / f"{sha256(data).hexdigest()}.png"
        self._evidence.mkdir(parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(dir=self._evidence, prefix=".drawn-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        # A reader sees the whole picture or none.
        Path(made).replace(picture)
        return str(picture)
