"""Two signals become one ranking, and one strength of evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.fuse import evidence, fuse, standardise

SHARES = st.floats(0, 1)


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


class TestEvidence:
    @given(SHARES, SHARES, st.floats(0, 0.5))
    def test_grows_with_either_signal_and_stays_a_probability(
        self, cosine: float, words: float, more: float
    ) -> None:
        least = evidence(cosine, words)

        assert 0 < least <= evidence(cosine + more, words) < 1
        assert 0 < least <= evidence(cosine, words + more) < 1
