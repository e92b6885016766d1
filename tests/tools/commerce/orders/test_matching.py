from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tools.commerce.orders.matching import Candidate, Kind, Wanted, broken_wording, fit, ranked

WANTED = Wanted("美食", Kind.FIXED, 1_000_00, 1_000_00)
CANDIDATE = Candidate("美食", 20_000, 900_00, done=3, failed=0, violations_180d=0, chosen=False)

CANDIDATES = st.builds(
    Candidate,
    category=st.sampled_from(["美食", "美妆"]),
    plays=st.integers(0, 10**9),
    own_price_fen=st.none() | st.integers(1, 10**9),
    done=st.integers(0, 50),
    failed=st.integers(0, 50),
    violations_180d=st.integers(0, 9),
    chosen=st.booleans(),
)
WANTEDS = st.builds(
    Wanted,
    category=st.none() | st.sampled_from(["美食", "美妆"]),
    kind=st.sampled_from(Kind),
    price_fen=st.integers(1, 10**9),
    ceiling_fen=st.integers(1, 10**9),
)


class TestFit:
    def test_gives_all_points_to_who_has_everything(self) -> None:
        assert fit(WANTED, CANDIDATE).points == 100

    @given(wanted=WANTEDS, candidate=CANDIDATES)
    def test_stays_within_its_points_and_says_why(self, wanted: Wanted, candidate: Candidate) -> None:
        found = fit(wanted, candidate)

        assert all(0 <= part.points <= part.most and part.words for part in found.parts)
        assert sum(part.most for part in found.parts) == 100

    @given(wanted=WANTEDS, candidate=CANDIDATES)
    def test_never_grows_by_a_violation(self, wanted: Wanted, candidate: Candidate) -> None:
        worse = replace(candidate, violations_180d=candidate.violations_180d + 1)

        assert fit(wanted, worse).points <= fit(wanted, candidate).points


class TestRanked:
    @given(candidates=st.dictionaries(st.integers(1, 99), CANDIDATES, max_size=12))
    def test_puts_the_chosen_first_then_the_better_fit(self, candidates: dict[int, Candidate]) -> None:
        found = {key: (candidate, fit(WANTED, candidate)) for key, candidate in candidates.items()}

        order = [(not found[key][0].chosen, -found[key][1].points, key) for key in ranked(found)]

        assert order == sorted(order)


class TestBrokenWording:
    def test_sees_through_spaces_and_capitals(self) -> None:
        assert broken_wording("全网 N O.1 的锅", forbidden=("No.1", "最好")) == ("No.1",)
