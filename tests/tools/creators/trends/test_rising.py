import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.trends.rising import PRIOR, rise, trigamma

COUNTS = st.tuples(st.integers(1, 5_000), st.integers(1, 5_000)).flatmap(
    lambda totals: st.tuples(
        st.integers(0, totals[0]), st.integers(0, totals[1]), st.just(totals[0]), st.just(totals[1])
    )
)


class TestRise:
    @given(COUNTS)
    def test_lies_inside_its_interval_and_is_drawn_towards_one(
        self, counts: tuple[int, int, int, int]
    ) -> None:
        now, before, total, total_before = counts

        found = rise(now, before, total=total, total_before=total_before)

        assert found.low <= found.ratio <= found.high
        if now and before:
            plain = (now / total) / (before / total_before)
            assert min(1, plain) - 1e-9 <= found.ratio <= max(1, plain) + 1e-9

    def test_is_one_where_the_share_stayed(self) -> None:
        assert rise(30, 60, total=100, total_before=200).ratio == pytest.approx(1)

    def test_is_not_sure_of_few_creators(self) -> None:
        assert not rise(6, 2, total=100, total_before=100).is_sure
        assert rise(60, 20, total=1_000, total_before=1_000).is_sure

    @given(st.integers(2, 400), st.integers(1, 50))
    def test_is_surer_the_more_creators_there_are(self, now: int, times: int) -> None:
        small = rise(2 * now, now, total=10_000, total_before=10_000)
        large = rise(2 * now * times, now * times, total=10_000 * times, total_before=10_000 * times)

        assert math.log(large.high / large.low) <= math.log(small.high / small.low) + 1e-9

    def test_covers_an_unchanged_share_nine_times_in_ten(self) -> None:
        draw = np.random.default_rng(5)
        counts = draw.poisson(20, (4_000, 2)).tolist()

        covered = sum(
            found.low <= 1 <= found.high
            for now, before in counts
            for found in [rise(now, before, total=500, total_before=500)]
        )

        # Drawn towards one, so a little more often.
        assert 0.90 <= covered / len(counts) <= 0.96


class TestTrigamma:
    def test_has_its_known_values(self) -> None:
        assert trigamma(1) == pytest.approx(math.pi**2 / 6, abs=1e-7)
        assert trigamma(0.5) == pytest.approx(math.pi**2 / 2, abs=1e-7)
        assert trigamma(PRIOR) == pytest.approx(math.pi**2 / 6 - 1, abs=1e-7)
