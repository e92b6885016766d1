"""Originals that are none of the copies', to fill the index: written in the index's own files (segment.py).

A distractor's codes are drawn from every point of real films, each with a sixteenth of its bits (8 of 128) flipped at random,
so that they crowd where real codes crowd: uniform random codes would be met ten times less often than other people's films
are. Its fingerprint, which is read only when it becomes a candidate, is that of a film that no copy shows.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.detection.fingerprints.fingerprint import read_fingerprint
from tools.detection.matching.candidates import LOOKED_UP, THIN, CodeSet, Density
from tools.detection.matching.code_index import build_index
from tools.detection.matching.originals import Originals
from tools.detection.matching.segment import (
    FRAME,
    ROW,
    NewOriginal,
    Sampled,
    frame_table,
    joined_codes,
    sampled,
    text_hash,
    write_rows,
)

# So many make one segment, whose index is built in memory.
_A_SEGMENT = 1_000_000
_NAME, _OWNER = "distractor-{:09d}", "nobody"
_EVERY_POINT = Density(0.0, LOOKED_UP)
_HALVINGS = 4
_CHANGED_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class _Source:
    """What distractors are made of: films, the points of all their frames, and how much one film usually has."""

    prints: Sequence[bytes]
    every: Sequence[Sampled]
    frames: int
    a_frame: int


def write_distractors(
    folder: Path,
    *,
    among: Sequence[NewOriginal],
    prints: Sequence[bytes],
    count: int,
    seed: int,
    told: Callable[[int], None],
) -> int:
    """Fill an empty folder of originals with these, and so many distractors made of the prints around them.

    Return the codes of one distractor. The originals lie in the same segment, indexed as thinly as it is.
    """
    draw = np.random.default_rng(seed)
    films = [read_fingerprint(one) for one in prints]
    thin = [sampled(one, density=THIN) for one in films]
    frames = round(sum(len(one.seconds) for one in thin) / len(thin))
    codes = sum(len(one.local.codes) for one in thin)
    source = _Source(
        prints,
        [sampled(one, density=_EVERY_POINT) for one in films],
        frames,
        max(1, round(codes / sum(len(one.seconds) for one in thin))),
    )
    # The empty folder writes its own manifest.
    Originals(folder).remove([])
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for first in range(0, count, _A_SEGMENT):
        name = f"{90_000_000 + first:08d}"
        (folder / name).mkdir()
        size = min(_A_SEGMENT, count - first)
        _write_segment(folder / name, among if first == 0 else (), source, first=first, size=size, draw=draw)
        manifest["segments"][name] = []
        told(size)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return source.frames * source.a_frame


def _write_segment(
    folder: Path,
    among: Sequence[NewOriginal],
    source: _Source,
    *,
    first: int,
    size: int,
    draw: np.random.Generator,
) -> None:
    _write_rows(folder, among, source.prints, first=first, size=size)
    real = [sampled(read_fingerprint(new.fingerprint), density=THIN) for new in among]
    table = np.zeros(size * source.frames, FRAME)
    table["original"] = np.repeat(np.arange(size, dtype=np.uint32) + len(real), source.frames)
    table["seconds"] = np.tile(np.arange(source.frames) * THIN.seconds, size)
    np.save(folder / "frames.npy", np.concatenate([frame_table(real), table]) if real else table)
    firsts = np.cumsum([0, *(len(one.seconds) for one in real)])
    for name, own, pool, a_frame in (
        ("local", [one.local for one in real], [one.local for one in source.every], source.a_frame),
        ("pictures", [one.pictures for one in real], [one.pictures for one in source.every], 1),
    ):
        # The drawn codes are let go of once they are joined: there are gigabytes of them.
        joined = joined_codes([*own, _drawn(pool, frames=len(table), a_frame=a_frame, draw=draw)], firsts)
        build_index(joined.codes, joined.frames, joined.places).save(folder, name)


def _write_rows(
    folder: Path, among: Sequence[NewOriginal], prints: Sequence[bytes], *, first: int, size: int
) -> None:
    """Write names and owners, the fingerprints of the originals, and the few that the distractors share."""
    named = [(new.original.name, new.original.owner) for new in among]
    named += [(_NAME.format(first + number), _OWNER) for number in range(size)]
    labels = [json.dumps(one).encode() for one in named]
    bodies = [*(new.fingerprint for new in among), *prints]
    starts, lengths = np.cumsum([0, *map(len, bodies)]), np.array([len(body) for body in bodies])
    which = np.concatenate([np.arange(len(among)), len(among) + np.arange(size) % len(prints)])
    rows = np.zeros(len(named), ROW)
    rows["print_at"], rows["print_bytes"] = starts[which], lengths[which]
    sizes = np.array([len(label) for label in labels])
    rows["name_at"], rows["name_bytes"] = np.cumsum(sizes) - sizes, sizes
    rows["owner_hash"] = [*(text_hash(new.original.owner) for new in among), *[text_hash(_OWNER)] * size]
    write_rows(folder, rows, [name for name, _ in named])
    (folder / "names.bin").write_bytes(b"".join(labels))
    (folder / "prints.bin").write_bytes(b"".join(bodies))


def _drawn(pool: Sequence[CodeSet], *, frames: int, a_frame: int, draw: np.random.Generator) -> CodeSet:
    """Return so many codes for each frame, drawn from the pool and changed a little."""
    codes = np.concatenate([one.codes for one in pool])
    places = np.concatenate([one.places for one in pool])
    picked = draw.integers(0, len(codes), frames * a_frame, np.uint32)
    made = codes[picked]
    for first in range(0, len(made), _CHANGED_AT_ONCE):
        part = made[first : first + _CHANGED_AT_ONCE]
        flips = np.full(part.shape, ~np.uint64(0))
        for _ in range(_HALVINGS):
            flips &= draw.integers(0, 1 << 64, part.shape, np.uint64, endpoint=False)
        part ^= flips
    return CodeSet(made, np.repeat(np.arange(frames, dtype=np.uint32), a_frame), places[picked])
