"""The whole look at one file: measured, read, judged, with evidence; every decoder runs in the pool's processes."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tools.detection.original_store import OriginalStore
from tools.kernel.media.limits import MediaLimits
from tools.kernel.media.pool import MediaPool
from tools.precheck.media.copies import Author, copy_findings
from tools.precheck.media.marks import Sighting, TextCheck, sightings
from tools.precheck.media.measure_picture import PICTURE_TASK
from tools.precheck.media.measure_video import MEASURE_TASK
from tools.precheck.media.measured import MEASURED, READ, Measured, ReadStill, Still
from tools.precheck.media.quality import quality_findings
from tools.precheck.media.read_still import CROP_TASK, READ_TASK
from tools.precheck.verdict import Finding, Part

# A draft is a short video: an hour and 180 seconds of decoding are more than one needs.
LIMITS = MediaLimits(
    file_bytes=1 << 30,
    duration_seconds=3600.0,
    decoded_frames=220_000,
    wall_seconds=180.0,
    memory_bytes=4 << 30,
)
Progress = Callable[[float], None]
_MEASURED_SHARE = 0.3
_READ_SHARE = 0.85
_MOST_PICTURES = 12


def look(
    path: Path,
    *,
    part: Part,
    pool: MediaPool,
    check: TextCheck,
    evidence: Path,
    originals: OriginalStore,
    author: Author,
    progress: Progress = lambda _: None,
) -> tuple[Finding, ...]:
    """Return the findings of a video or cover; their pictures lie in `evidence` under the names they carry.

    A video is compared with the protected originals. Raises MediaError.
    """
    with tempfile.TemporaryDirectory(prefix="guanghe-precheck-") as name:
        folder = Path(name)
        measured = measure(path, part=part, pool=pool, folder=folder)
        progress(_MEASURED_SHARE)
        reads = read_stills(measured.stills, pool=pool, folder=folder, progress=progress)
        found = list(quality_findings(measured, part=part))
        seen = sightings(reads, part=part, check=check)
        found += _with_crops(seen, pool=pool, folder=folder, evidence=evidence, part=part)
    if part is Part.VIDEO:
        found += copy_findings(path, originals=originals, author=author, pool=pool, evidence=evidence)
    progress(1.0)
    return tuple(found)


def measure(path: Path, *, part: Part, pool: MediaPool, folder: Path) -> Measured:
    """Return what is measured of the file; its stills lie in the folder. Raises MediaError."""
    task = PICTURE_TASK if part is Part.COVER else MEASURE_TASK
    return MEASURED.validate_json(pool.run(task, path, {"folder": str(folder)}))


def read_stills(
    stills: Sequence[Still], *, pool: MediaPool, folder: Path, progress: Progress = lambda _: None
) -> list[tuple[Still, ReadStill]]:
    """Return what is written in each still; one that its reader dies of is left out."""
    reads: list[tuple[Still, ReadStill]] = []
    outcomes = pool.map(READ_TASK, [folder / still.name for still in stills])
    for place, (still, outcome) in enumerate(zip(stills, outcomes, strict=True)):
        if outcome.fault is None:
            reads.append((still, READ.validate_json(outcome.body)))
        progress(_MEASURED_SHARE + (_READ_SHARE - _MEASURED_SHARE) * (place + 1) / len(stills))
    return reads


def _with_crops(
    seen: Sequence[Sighting], *, pool: MediaPool, folder: Path, evidence: Path, part: Part
) -> list[Finding]:
    """Return the findings with the crop that shows each; beyond the first dozen the words have to do."""
    findings = [sighting.finding for sighting in seen]
    for place, sighting in enumerate(seen[:_MOST_PICTURES]):
        crop = pool.run(CROP_TASK, folder / sighting.still.name, {"box": list(sighting.box)})
        name = f"{part.value}-{place}.png"
        evidence.mkdir(parents=True, exist_ok=True)
        (evidence / name).write_bytes(crop)
        findings[place] = replace(sighting.finding, picture=name)
    return findings
