from hypothesis import given
from hypothesis import strategies as st

from tools.creators.inspiration.catalogue import Draw
from tools.creators.inspiration.load import packaged
from tools.creators.inspiration.ranking import FEWEST_WORKS, Standing, Tally, ranked, standing, strength

IDEAS = packaged().shelves[0].ideas
counts = st.integers(0, 100_000)


class TestStanding:
    def test_measures_each_tier_by_its_own_mean(self) -> None:
        found = standing(
            {"10k": Tally(works=2, plays=300), "1m": Tally(works=1, plays=1_000)},
            {"10k": Tally(works=10, plays=1_000), "1m": Tally(works=5, plays=10_000)},
        )

        assert (found.works, found.plays, found.expected_plays) == (3, 1_300, 2 * 100 + 2_000)

    @given(st.integers(FEWEST_WORKS, 500), st.integers(0, 10**7), st.floats(1, 10**7))
    def test_is_drawn_towards_one(self, works: int, plays: int, expected: float) -> None:
        lift = Standing(works, plays, expected).lift
        raw = plays / expected

        assert min(1, raw) - 1e-9 <= lift <= max(1, raw) + 1e-9

    @given(st.integers(0, FEWEST_WORKS - 1), counts)
    def test_is_neutral_below_the_minimum(self, works: int, plays: int) -> None:
        assert Standing(works, plays, 10).lift == 1


class TestRanked:
    @given(st.lists(st.integers(0, 10_000), min_size=len(IDEAS), max_size=len(IDEAS)))
    def test_goes_by_score_and_puts_what_was_shot_last(self, plays: list[int]) -> None:
        standings = {idea.id: Standing(10, count, 1_000) for idea, count in zip(IDEAS, plays, strict=True)}

        found = ranked(IDEAS, standings, tags=("summer",), strength=Draw.SHARES, shot={IDEAS[0].id: "旧作"})

        scores = [each.score for each in found[:-1]]
        assert scores == sorted(scores, reverse=True)
        assert found[-1].idea == IDEAS[0]
        assert {each.idea.id for each in found} == {idea.id for idea in IDEAS}


class TestStrength:
    def test_is_the_reaction_furthest_above_the_peers(self) -> None:
        peers = Tally(100, 100_000, 3_000, 300, 200, 400, 100)

        assert strength(Tally(5, 1_000, 33, 6, 2, 4, 1), peers) == (Draw.COMMENTS, 2.0)

    def test_is_none_for_few_plays_or_nothing_above(self) -> None:
        peers = Tally(100, 100_000, 3_000, 300, 200, 400, 100)

        assert strength(Tally(1, 499, 90, 90, 90, 90, 90), peers) is None
        assert strength(Tally(5, 1_000, 30, 3, 2, 4, 1), peers) is None


class TestTally:
    @given(st.tuples(*[counts] * 7), st.tuples(*[counts] * 7))
    def test_adds_up_and_takes_away(self, first: tuple[int, ...], second: tuple[int, ...]) -> None:
        assert Tally(*first).plus(Tally(*second)).less(Tally(*second)) == Tally(*first)
