"""What is learned from pairs of points, and the fit of the score."""

import numpy as np

from tests.clips import mirrored as turned
from tests.clips import scene
from tools.detection.fingerprints.local import NUMBERS, ORIGINAL_POINTS, Histograms
from tools.detection.matching.calibration import fit
from tools.detection.matching.learning import Film, film, learn, matched_points
from tools.kernel.media.frames import Frame, Video

SEGMENT = {"q0": 0.0, "q1": 6.0, "r0": 0.0, "speed": 1.0, "mirror": False}


def shares(sums: Histograms) -> Histograms:
    return np.sqrt(np.abs(sums) / np.abs(sums).sum(1, keepdims=True), dtype=np.float32)


def moving(*, mirror: bool = False) -> Film:
    frames = [np.ascontiguousarray(turned(gray) if mirror else gray) for gray in scene(6)[::10]]
    return film(Video(6.0, tuple(Frame(float(i), gray) for i, gray in enumerate(frames))), ORIGINAL_POINTS)


class TestLearn:
    def test_brings_copies_of_a_point_nearer_than_other_points(self) -> None:
        draw = np.random.default_rng(1)
        sums = draw.random((2_000, NUMBERS), np.float32)
        pair = shares(sums), shares(sums + draw.normal(0, 0.1, sums.shape).astype(np.float32))

        learned = np.asarray(learn([pair], [pair[0]]), np.float32)

        one, other = (side @ learned[:-1] + learned[-1] > 0 for side in pair)
        assert (one != other).mean() < 0.2
        assert 0.4 < (one != other[::-1]).mean() < 0.6


class TestMatchedPoints:
    def test_of_a_mirrored_copy_are_turned_to_the_originals(self) -> None:
        pairs = matched_points(moving(mirror=True), moving(), {**SEGMENT, "mirror": True})

        alike = np.concatenate([(one * other).sum(1) for one, other in pairs])
        assert len(alike) > 50
        assert np.median(alike) > 0.99

    def test_outside_the_segment_are_none(self) -> None:
        assert matched_points(moving(), moving(), {**SEGMENT, "q0": 20.0, "q1": 30.0}) == []


class TestFit:
    def test_finds_the_weights_that_made_the_truth(self) -> None:
        draw = np.random.default_rng(3)
        rows = draw.normal(0, 2, (4_000, 2))
        truth = (draw.random(4_000) < 1 / (1 + np.exp(-(rows @ [2.0, -1.0] + 0.5)))).astype(float)

        weights, bias = fit(rows, truth)

        assert np.allclose(weights, [2.0, -1.0], atol=0.25)
        assert abs(bias - 0.5) < 0.25
