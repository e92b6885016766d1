"""What is learned from pairs of points, and the fit of the score."""

import numpy as np

from tests.clips import mirrored as turned
from tests.clips import scene
from tools.detection.fingerprints.codes import signs
from tools.detection.fingerprints.extract import fingerprint
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.local import Words, compare
from tools.detection.matching.calibration import fit
from tools.detection.matching.learning import learn, matched_words
from tools.kernel.media.frames import Frame, Video

SEGMENT = {"q0": 0.0, "q1": 6.0, "r0": 0.0, "speed": 1.0, "mirror": False}


def noisy(words: Words, *, share: float, seed: int) -> Words:
    draw = np.random.default_rng(seed)
    flips = np.packbits(draw.random((len(words), 256)) < share, axis=1, bitorder="little").view(np.uint64)
    return words ^ flips


def film(*, mirror: bool = False) -> Fingerprint:
    frames = [np.ascontiguousarray(turned(gray) if mirror else gray) for gray in scene(6)[::10]]
    return fingerprint(
        Video(6.0, tuple(Frame(float(i), gray) for i, gray in enumerate(frames))), pictures=False
    )


class TestLearn:
    def test_brings_copies_of_a_point_nearer_than_other_points(self) -> None:
        words = np.random.default_rng(1).integers(0, 1 << 63, (600, 4), np.uint64)
        pairs = [(words, noisy(words, share=0.1, seed=2))]

        learned = np.asarray(learn(pairs, [words]), np.float32)

        one, other = (signs(side) @ learned[:-1] + learned[-1] > 0 for side in pairs[0])
        assert (one != other).mean() < 0.2
        assert 0.4 < (one != other[::-1]).mean() < 0.6


class TestMatchedWords:
    def test_of_a_mirrored_copy_are_turned_to_the_originals(self) -> None:
        pairs = matched_words(film(mirror=True), film(), {**SEGMENT, "mirror": True})

        distances = np.concatenate([np.diag(compare(one, other)) for one, other in pairs])
        assert len(distances) > 50
        assert np.median(distances) < 20

    def test_outside_the_segment_are_none(self) -> None:
        assert matched_words(film(), film(), {**SEGMENT, "q0": 20.0, "q1": 30.0}) == []


class TestFit:
    def test_finds_the_weights_that_made_the_truth(self) -> None:
        draw = np.random.default_rng(3)
        rows = draw.normal(0, 2, (4_000, 2))
        truth = (draw.random(4_000) < 1 / (1 + np.exp(-(rows @ [2.0, -1.0] + 0.5)))).astype(float)

        weights, bias = fit(rows, truth)

        assert np.allclose(weights, [2.0, -1.0], atol=0.25)
        assert abs(bias - 0.5) < 0.25
