"""A camera that stands still: only what moves before it tells which moment is shown."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clips import scene
from tools.detection.matching.alignment import Alignment
from tools.detection.matching.timing import retimed
from tools.kernel.media.frames import Frame, Gray

GROUND = scene(7)[0]
SECONDS = 30
STEP = 2  # pictures a second of an original
FPS = 6


def moment(seconds: float, *, seed: int) -> Gray:
    """Return the ground with three balls on their ways over it."""
    draw = np.random.default_rng(seed)
    ways = draw.uniform(0.2, 1.3, (3, 2)), draw.uniform(0, 6, (3, 2))
    y, x = np.mgrid[: GROUND.shape[0], : GROUND.shape[1]]
    shown = GROUND.copy()
    for pace, start in zip(*ways, strict=True):
        place = (np.sin(pace * seconds + start) + 1) / 2 * (GROUND.shape[1], GROUND.shape[0])
        shown[(x - place[0]) ** 2 + (y - place[1]) ** 2 < 14**2] = 250
    return shown


def pictures(*, seed: int = 1) -> list[tuple[float, Gray]]:
    return [(i / STEP, moment(i / STEP, seed=seed)) for i in range(SECONDS * STEP)]


def video(begin: float, *, speed: float = 1.0, seed: int = 1, mirrored: bool = False) -> list[Frame]:
    """Return 8 seconds that show the original from `begin` on at this speed."""
    shown = [moment(begin + speed * i / FPS, seed=seed) for i in range(8 * FPS)]
    return [
        Frame(i / FPS, np.ascontiguousarray(gray[:, ::-1]) if mirrored else gray)
        for i, gray in enumerate(shown)
    ]


def aligned(offset: float, *, mirrored: bool = False) -> Alignment:
    pairs = tuple((float(i), i + offset, 9.0) for i in range(5))
    return Alignment(mirrored, offset, 1.0, 45.0, 5, (1.0, 0.0, 0.0, 0.0), pairs)


class TestRetimed:
    @settings(max_examples=12, deadline=None)
    @given(begin=st.integers(0, 20), seed=st.integers(1, 5), mirrored=st.booleans())
    def test_finds_the_moment_that_is_shown(self, *, begin: int, seed: int, mirrored: bool) -> None:
        frames = video(begin + 0.4, seed=seed, mirrored=mirrored)

        found = retimed(frames, pictures(seed=seed), aligned(3.0, mirrored=mirrored))

        assert found is not None
        assert found.offset == pytest.approx(begin + 0.4, abs=0.3)
        assert found.speed == 1.0
        assert found.similarity == aligned(3.0).similarity
        assert all(other == pytest.approx(one + found.offset, abs=0.2) for one, other, _ in found.pairs)

    def test_finds_the_speed(self) -> None:
        found = retimed(video(5.0, speed=1.25), pictures(), aligned(3.0))

        assert found is not None
        assert found.speed == 1.25
        assert found.offset == pytest.approx(5.0, abs=0.3)

    def test_finds_nothing_where_nothing_moves(self) -> None:
        still = [Frame(i / FPS, GROUND) for i in range(40)]

        assert retimed(still, pictures(), aligned(3.0)) is None

    @pytest.mark.parametrize("count", [1, 4])
    def test_needs_some_moments_of_both(self, count: int) -> None:
        assert retimed(video(5.0)[:count], pictures(), aligned(3.0)) is None
        assert retimed(video(5.0), pictures()[:count], aligned(0.0)) is None

    def test_needs_a_part_of_the_picture_that_both_show(self) -> None:
        beside = replace(aligned(3.0), similarity=(1.0, 0.0, 5.0, 0.0))

        assert retimed(video(5.0), pictures(), beside) is None

    def test_passes_over_frames_of_another_size(self) -> None:
        frames = [*video(5.0), Frame(8.1, GROUND[:90])]

        found = retimed(frames, pictures(), aligned(3.0))

        assert found is not None
        assert found.offset == pytest.approx(5.0, abs=0.3)
