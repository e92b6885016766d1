"""Two signals become one ranking."""

import numpy as np
import pytest

from knowledge.fuse import fuse, standardise


class TestStandardise:
    def test_shifts_to_zero_and_scales_to_one(self) -> None:
        scores = standardise(np.array([1, 2, 6], np.float32))

        assert scores.mean() == pytest.approx(0, abs=1e-6)
        assert scores.std() == pytest.approx(1)

    def test_makes_equal_scores_zero(self) -> None:
        assert standardise(np.full(3, 7, np.float32)).tolist() == [0, 0, 0]


class TestFuse:
    def test_ranks_by_the_other_signal_where_one_is_silent(self) -> None:
        cosines = np.array([0.1, 0.9, 0.5], np.float32)

        fused = fuse(cosines, np.zeros(3, np.float32))

        assert np.argsort(-fused).tolist() == [1, 2, 0]

    def test_does_not_depend_on_the_scale_of_a_signal(self) -> None:
        cosines, words = np.array([0.1, 0.9, 0.5], np.float32), np.array([3, 0, 9], np.float32)

        np.testing.assert_allclose(fuse(cosines, words), fuse(cosines * 5, words * 100), atol=1e-5)
