"""The packed votes against a plain count."""
# numba ships no types for what it compiled.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.detection.matching.votes import POINT_BITS, count_votes, local_votes, picture_votes


class TestCountVotes:
    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=60))
    def test_lets_a_point_vote_once_for_a_bin(self, pairs: list[tuple[int, int]]) -> None:
        votes = np.array([bin_ << POINT_BITS | point for bin_, point in pairs], np.uint64)

        bins, counts = count_votes(votes)

        plain = Counter(bin_ for bin_, _ in set(pairs))
        assert dict(zip(bins.tolist(), counts.tolist(), strict=True)) == plain


class TestLocalVotes:
    def test_of_points_that_lie_alike_fall_into_one_bin(self) -> None:
        places = np.array([50 | 60 << 8, 90 | 70 << 8, 120 | 90 << 8], np.uint32)
        hits = np.array([[0, 0], [1, 1], [2, 2]], np.int64)
        frames = np.zeros(3, np.uint32)

        votes = local_votes(
            hits,
            places,
            np.zeros(3, np.float32),
            places,
            frames,
            np.array([4], np.uint32),
            np.array([3.2], np.float32),
            1.0,
            False,  # noqa: FBT003 - compiled functions take no keywords
            5,
        )

        assert count_votes(votes)[1].tolist() == [3]

    def test_leave_out_an_original_that_is_met_once(self) -> None:
        one = np.zeros(1, np.uint32)
        seconds = np.zeros(1, np.float32)

        votes = local_votes(
            np.zeros((1, 2), np.int64),
            one,
            seconds,
            one,
            one,
            one,
            seconds,
            1.0,
            False,  # noqa: FBT003 - as above
            1,
        )

        assert len(votes) == 0


class TestPictureVotes:
    def test_part_by_original_and_time(self) -> None:
        hits = np.array([[0, 0], [0, 1], [1, 0]], np.int64)
        frames, originals = np.array([0, 1], np.uint32), np.array([7, 8], np.uint32)
        seconds, times = np.array([0.0, 30.0], np.float32), np.array([1.0, 1.0], np.float32)

        votes = picture_votes(hits, seconds, frames, originals, times)

        assert count_votes(votes)[1].tolist() == [1, 1, 1]
