"""Originals that are none of the copies', to fill the index: written in the index's own files (originals.py).

A distractor's codes are those of real frames with an eighth of their bits flipped at random, so that they crowd where real
codes crowd: uniform random codes would be met ten times less often than other people's films are. Its fingerprint, which is
read only when it becomes a candidate, is that of a film that no copy shows.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tools.detection.fingerprints.fingerprint import read_fingerprint
from tools.detection.matching.candidates import THIN, CodeSet, indexed_frames, local_codes, picture_codes
from tools.detection.matching.code_index import build_index

_ROW = np.dtype([("name_at", "<u8"), ("name_bytes", "<u4"), ("print_at", "<u8"), ("print_bytes", "<u4")])
_FRAME = np.dtype([("original", "<u4"), ("seconds", "<f4")])
# So many make one segment, whose index is built in memory.
_A_SEGMENT = 500_000
_NAME = "distractor-{:09d}"


def write_distractors(
    folder: Path, *, prints: Sequence[bytes], count: int, seed: int, told: Callable[[int], None]
) -> int:
    """Add so many distractors made from these fingerprints to a folder of originals; return the codes of one."""
    draw = np.random.default_rng(seed)
    found = [read_fingerprint(one) for one in prints]
    chosen = [indexed_frames(one, density=THIN) for one in found]
    local = [local_codes(one, frames, density=THIN) for one, frames in zip(found, chosen, strict=True)]
    pictures = [picture_codes(one, frames) for one, frames in zip(found, chosen, strict=True)]
    frames = round(sum(map(len, chosen)) / len(chosen))
    a_frame = max(1, round(sum(len(one.codes) for one in local) / sum(map(len, chosen))))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for first in range(0, count, _A_SEGMENT):
        size = min(_A_SEGMENT, count - first)
        name = f"{90_000_000 + first:08d}"
        segment = folder / name
        segment.mkdir()
        _write_rows(segment, prints, first=first, size=size)
        table = np.zeros(size * frames, _FRAME)
        table["original"] = np.repeat(np.arange(size, dtype=np.uint32), frames)
        table["seconds"] = np.tile(np.arange(frames, dtype=np.float32) * np.float32(THIN.seconds), size)
        np.save(segment / "frames.npy", table)
        _write_codes(segment, "local", local, frames=size * frames, a_frame=a_frame, draw=draw)
        _write_codes(segment, "pictures", pictures, frames=size * frames, a_frame=1, draw=draw)
        manifest["segments"][name] = []
        told(size)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return frames * a_frame


def _write_rows(segment: Path, prints: Sequence[bytes], *, first: int, size: int) -> None:
    """Write names, and the few fingerprints that the rows share."""
    starts = np.cumsum([0, *(len(one) for one in prints)])
    rows = np.zeros(size, _ROW)
    which = np.arange(size) % len(prints)
    rows["print_at"], rows["print_bytes"] = starts[which], np.array([len(one) for one in prints])[which]
    labels = [json.dumps([_NAME.format(first + number), "nobody"]).encode() for number in range(size)]
    lengths = np.array([len(label) for label in labels])
    rows["name_at"], rows["name_bytes"] = np.cumsum(lengths) - lengths, lengths
    np.save(segment / "rows.npy", rows)
    (segment / "names.bin").write_bytes(b"".join(labels))
    (segment / "prints.bin").write_bytes(b"".join(prints))


def _write_codes(
    segment: Path, name: str, sets: Sequence[CodeSet], *, frames: int, a_frame: int, draw: np.random.Generator
) -> None:
    pool = np.concatenate([one.codes for one in sets])
    places = np.concatenate([one.places for one in sets])
    picked = draw.integers(0, len(pool), frames * a_frame)
    codes = pool[picked]
    flips = draw.integers(0, 1 << 64, codes.shape, np.uint64, endpoint=False)
    for _ in range(2):
        flips &= draw.integers(0, 1 << 64, codes.shape, np.uint64, endpoint=False)
    codes ^= flips
    of_frame = np.repeat(np.arange(frames, dtype=np.uint32), a_frame)
    build_index(codes, of_frame, places[picked]).save(segment, name)
