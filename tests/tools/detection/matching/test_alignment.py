"""How a video lies on an original, from points whose true places are known."""
# numba ships no types for what it compiled.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

import numpy as np
import pytest

from tools.detection.fingerprints.codes import BUCKET_BITS, Words
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.local import Places
from tools.detection.matching.alignment import align, align_pooled
from tools.detection.matching.pairing import CELLS, A, B, agree

POINTS = 60
FRAMES = 6


def print_of(words: Words, places: Places) -> Fingerprint:
    """Return a fingerprint of a frame a second with these points (frames, points, …)."""
    frames, points = words.shape[:2]
    return Fingerprint(
        duration_seconds=float(frames),
        width=1.0,
        height=1.0,
        times=np.arange(frames, dtype=np.float32),
        firsts=np.arange(frames + 1) * points,
        contrasts=np.zeros(frames, np.uint8),
        hashes=np.zeros((frames, 4), np.uint64),
        codes=np.zeros((frames, 2), np.uint64),
        mirrored_hashes=np.zeros((frames, 4), np.uint64),
        words=words.reshape(-1, 2),
        places=places.reshape(-1, 4),
        certainties=np.zeros((frames * points, BUCKET_BITS), np.uint8),
    )


def original_and_inset(shared: int, *, seed: int = 1) -> tuple[Fingerprint, Fingerprint]:
    """Return an original, and a video that shows it at half its size with so many of its points in a frame."""
    draw = np.random.default_rng(seed)
    words = draw.integers(0, 1 << 64, (2, FRAMES, POINTS, 2), np.uint64, endpoint=False)
    places = draw.integers(0, 250, (2, FRAMES, POINTS, 4)).astype(np.uint8)
    words[1, :, :shared] = words[0, :, :shared]
    places[1, :, :shared, :2] = places[0, :, :shared, :2] // 2 + 100
    return print_of(words[0], places[0]), print_of(words[1], places[1])


class TestAlign:
    def test_finds_what_each_frame_shows(self) -> None:
        original, video = original_and_inset(shared=20)

        found = align(video, original, mirror=False)

        assert found is not None
        assert found.frames == FRAMES
        assert found.similarity == pytest.approx((2.0, 0.0, -200 / 255, -200 / 255), abs=0.03)
        assert (found.offset, found.speed) == (pytest.approx(0.0, abs=0.01), 1.0)


class TestAlignPooled:
    def test_finds_what_no_frame_alone_shows_enough_of(self) -> None:
        original, video = original_and_inset(shared=3)
        assert align(video, original, mirror=False) is None

        found = align_pooled(video, original, mirror=False, offset=0.0)

        assert found is not None
        assert found.cells >= 2 * FRAMES
        assert found.similarity == pytest.approx((2.0, 0.0, -200 / 255, -200 / 255), abs=0.03)
        assert [(one, other) for one, other, _ in found.pairs] == [
            (float(i), float(i)) for i in range(FRAMES)
        ]

    def test_at_another_time_finds_nothing(self) -> None:
        original, video = original_and_inset(shared=3)

        assert align_pooled(video, original, mirror=False, offset=3.0) is None

    def test_of_other_films_has_few_cells(self) -> None:
        cells = [
            0.0 if found is None else found.cells
            for original, video in (original_and_inset(shared=0, seed=seed) for seed in range(20))
            for found in [align_pooled(video, original, mirror=False, offset=0.0)]
        ]

        assert max(cells) < 8


class TestAgree:
    def test_prefers_not_to_turn_the_picture_for_a_point_more(self) -> None:
        draw = np.random.default_rng(2)
        x, y = draw.random((2, 21))
        u, v = x.copy(), y.copy()
        # Ten points stay where they are, eleven lie turned and elsewhere.
        u[10:], v[10:] = x[10:] - 0.15 * y[10:] + 0.5, y[10:] + 0.15 * x[10:]

        evidence, _ = agree(x, y, u, v, 300)

        assert evidence[A] == pytest.approx(1.0, abs=0.03)
        assert abs(evidence[B]) < 0.05
        assert evidence[CELLS] >= 8
