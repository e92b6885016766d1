from hypothesis import given
from hypothesis import strategies as st

from tools.creators.figures import PeerFigures
from tools.creators.peers import PeerPlace, place, play_changes, rate_place


class TestPlace:
    def test_says_nothing_beside_too_few(self) -> None:
        assert place(100, [1, 2, 3, 4, 5, 6, 7]) is None

    def test_counts_who_has_less_and_takes_the_middle(self) -> None:
        assert place(450, [100, 200, 300, 400, 500, 600, 700, 800]) == PeerPlace(8, "4.0%", 50)
        assert place(450, [100] * 8, signed=True) == PeerPlace(8, "+1.0%", 100)

    def test_words_the_last_place_kindly(self) -> None:
        assert PeerPlace(9, "4.0%", 0).words == "其中几乎没有比你更低的"
        assert PeerPlace(9, "4.0%", 37).words == "你高于其中 37% 的账号"

    @given(st.integers(-20_000, 20_000), st.lists(st.integers(-20_000, 20_000), min_size=8, max_size=40))
    def test_stays_between_nobody_and_everybody(self, own: int, others: list[int]) -> None:
        found = place(own, others)

        assert found
        assert 0 <= found.above_percent <= 100
        assert (found.above_percent == 100) == (own > max(others))


class TestRatePlace:
    def test_leaves_peers_with_few_plays_out(self) -> None:
        assert rate_place(50, 1_000, [(299, 299)] * 20) is None
        assert rate_place(50, 1_000, [(10, 1_000)] * 8) == PeerPlace(8, "1.0%", 100)


class TestPlayChanges:
    def test_compares_each_with_its_own_before(self) -> None:
        peers = [PeerFigures(150, 300, 0, 0), PeerFigures(900, 300, 0, 0), PeerFigures(900, 299, 0, 0)]

        assert play_changes(peers) == [-5_000, 20_000]
