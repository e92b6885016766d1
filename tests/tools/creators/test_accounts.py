import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.accounts import Tier, growth_bp, tier_of


class TestTierOf:
    @pytest.mark.parametrize(
        ("followers", "tier"),
        [
            (0, Tier.UNDER_10K),
            (9_999, Tier.UNDER_10K),
            (10_000, Tier.FROM_10K),
            (99_999, Tier.FROM_10K),
            (100_000, Tier.FROM_100K),
            (1_000_000, Tier.FROM_1M),
            (10_000_000, Tier.FROM_10M),
        ],
    )
    def test_begins_a_tier_with_its_lowest_count(self, followers: int, tier: Tier) -> None:
        assert tier_of(followers) is tier

    def test_has_chinese_words_for_every_tier(self) -> None:
        assert all(tier.words.endswith(("粉", "以下", "以上")) for tier in Tier)


class TestGrowthBp:
    @pytest.mark.parametrize(
        ("now", "before", "growth"),
        [
            (1_200, 1_000, 2_000),
            (1_000, 1_000, 0),
            (999, 1_000, -10),
            (119_999, 100_000, 1_999),
            (5, 0, 50_000),
        ],
    )
    def test_counts_basis_points_and_never_rounds_up(self, now: int, before: int, growth: int) -> None:
        assert growth_bp(now=now, before=before) == growth

    @given(st.integers(1, 10**9), st.integers(0, 10**9))
    def test_reaches_a_threshold_exactly_when_the_counts_do(self, before: int, gained: int) -> None:
        reached = growth_bp(now=before + gained, before=before) >= 2_000

        assert reached == (gained * 5 >= before)
