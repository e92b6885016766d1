from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.leaderboards.ranking import Ranked, rank, within

# Few different values: ties everywhere. The far ones can't be packed beside a row's number.
VALUES = st.lists(
    st.one_of(st.integers(-3, 3), st.integers(0, 10**12), st.sampled_from([-(2**62), 2**62])), max_size=60
)


def brute_force(values: list[int]) -> tuple[list[int], list[int]]:
    """Return the rows in order and their ranks, as the rule says: 1, 2, 2, 4; ties by row."""
    order = sorted(range(len(values)), key=lambda row: (-values[row], row))
    ranks: list[int] = []
    for _, equals in groupby(order, key=lambda row: values[row]):
        first = len(ranks) + 1
        ranks += [first for _ in equals]
    return order, ranks


def shown(ranked: Ranked) -> tuple[list[int], list[int]]:
    return ranked.order.tolist(), ranked.ranks.tolist()


class TestRank:
    @given(VALUES)
    def test_is_sorting_whatever_the_ties(self, values: list[int]) -> None:
        assert shown(rank(np.array(values, np.int64))) == brute_force(values)

    def test_lets_equal_values_share_a_rank_and_skips_the_next(self) -> None:
        assert shown(rank(np.array([7, 9, 7, 1]))) == ([1, 0, 2, 3], [1, 2, 2, 4])


class TestWithin:
    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(-2, 2)), max_size=60))
    def test_ranks_each_group_as_if_it_stood_alone(self, rows: list[tuple[int, int]]) -> None:
        groups = np.array([group for group, _ in rows], np.int64)
        values = np.array([value for _, value in rows], np.int64)

        found = within(groups, rank(values), values)

        for number, ranked in enumerate(found):
            members = [row for row, (group, _) in enumerate(rows) if group == number]
            order, ranks = brute_force([rows[row][1] for row in members])
            assert shown(ranked) == ([members[place] for place in order], ranks)
