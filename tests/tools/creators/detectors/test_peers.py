from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.creators.detectors.detector_cases import HEALTHY, OWN
from tools.creators.detectors.facts import Figures, Peer
from tools.creators.detectors.peers import (
    PeerPlace,
    bp_text,
    low_share,
    place,
    play_changes,
    rate_standing,
    standing,
    wilson_bp,
)


def completed(figures: Figures) -> tuple[int, int]:
    return figures.completed_plays, figures.plays


class TestPlace:
    def test_says_nothing_beside_too_few(self) -> None:
        assert place(100, [1, 2, 3, 4, 5, 6, 7], words=str) is None

    def test_counts_who_has_less_and_takes_the_middle(self) -> None:
        assert place(450, [100, 200, 300, 400, 500, 600, 700, 800], words=str) == PeerPlace(8, "400", 50)

    def test_words_the_last_place_kindly(self) -> None:
        assert PeerPlace(9, "4.0%", 0).words == "其中几乎没有比你更低的"
        assert PeerPlace(9, "4.0%", 37).words == "你高于其中 37% 的账号"

    @given(st.integers(-20_000, 20_000), st.lists(st.integers(-20_000, 20_000), min_size=8, max_size=40))
    def test_stays_between_nobody_and_everybody(self, own: int, others: list[int]) -> None:
        found = standing(own, others, words=str)

        assert found
        assert 0 <= found.place.above_percent <= 100
        assert (found.place.above_percent == 100) == (own > max(others))
        assert min(others) <= found.lower_quartile <= found.median <= found.upper_quartile <= max(others)


class TestRateStanding:
    def test_leaves_peers_with_few_plays_out(self) -> None:
        few = tuple(Peer(10, Figures(plays=299, completed_plays=100)) for _ in range(20))

        assert rate_standing(replace(HEALTHY, peers=few), completed) is None


class TestLowShare:
    def test_needs_a_sample_that_shows_it(self) -> None:
        peers = tuple(Peer(10, Figures(plays=1_000, completed_plays=300 + number)) for number in range(12))
        many = replace(HEALTHY, peers=peers, current=replace(OWN, plays=10_000, completed_plays=2_300))
        few = replace(HEALTHY, peers=peers, current=replace(OWN, plays=100, completed_plays=23))

        assert low_share(many, completed)
        assert low_share(few, completed) is None


class TestWilson:
    @pytest.mark.parametrize(
        ("part", "whole", "low", "high"),
        # Newcombe 1998, table I: the score method without correction.
        [(81, 263, 2553, 3662), (15, 148, 624, 1605), (0, 20, 0, 1611), (1, 29, 61, 1718)],
    )
    def test_agrees_with_published_intervals(self, part: int, whole: int, low: int, high: int) -> None:
        found = wilson_bp(part, whole)

        assert (round(found[0]), round(found[1])) == (low, high)

    @given(st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
    def test_holds_the_share_itself(self, found: tuple[int, int]) -> None:
        part, whole = found

        low, high = wilson_bp(part, whole)

        assert -0.01 <= low <= part * 10_000 / whole + 0.01
        assert part * 10_000 / whole - 0.01 <= high <= 10_000.01


class TestPlayChanges:
    def test_compares_each_with_its_own_before(self) -> None:
        peers = (
            Peer(1, Figures(plays=150), 300),
            Peer(1, Figures(plays=900), 300),
            Peer(1, Figures(plays=900), 299),
        )

        assert play_changes(replace(HEALTHY, peers=peers)) == [-5_000, 20_000]


class TestBpText:
    @pytest.mark.parametrize(
        ("rate_bp", "text"), [(0, "0.0%"), (7, "0.07%"), (99, "0.99%"), (1_234, "12.3%")]
    )
    def test_keeps_small_rates_apart(self, rate_bp: int, text: str) -> None:
        assert bp_text(rate_bp) == text
