"""How far is looked among few and among many."""

from hypothesis import given
from hypothesis import strategies as st

from tools.detection.matching.candidates import reach_among


class TestReachAmong:
    def test_is_wide_among_few_and_bounded_among_many(self) -> None:
        few, many = reach_among(15_000), reach_among(175_000_000)

        assert (few.within, few.flipped) == (40, 5)
        assert (many.within, many.flipped, many.most_probes) == (36, 3, 3_000)

    @given(st.integers(0, 10**10), st.integers(0, 10**10))
    def test_never_grows_with_the_codes(self, one: int, other: int) -> None:
        few, many = reach_among(min(one, other)), reach_among(max(one, other))

        assert few.within >= many.within
        assert few.flipped >= many.flipped
        assert few.most_probes >= many.most_probes
