import pickle
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.payout.granting_clients import GUANGHE, a_grant
from tools.payout.granting import (
    Grant,
    GrantError,
    Outcome,
    Pool,
    batch_of,
    decide_grants,
    grant_fingerprint,
    place_grant,
)
from tools.payout.posting import Asset
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program

CASH, TRAFFIC = Pool("guanghe:2022", Asset.CASH), Pool("guanghe:2022", Asset.TRAFFIC)


def rewards() -> st.SearchStrategy[list[Grant]]:
    """Return rewards of few keys, so that some are repeated, with the same body or another."""
    numbers, fens, impressions = st.integers(0, 9), st.integers(1, 30), st.integers(0, 30)
    return st.lists(st.builds(a_reward, numbers, fens, impressions), max_size=30)


def a_reward(number: int, fen: int, impressions: int) -> Grant:
    return a_grant(number, fen=fen, impressions=impressions)


class TestDecideGrants:
    @given(rewards(), st.integers(0, 200), st.integers(0, 200))
    def test_decides_as_one_by_one_would(self, items: list[Grant], fen: int, impressions: int) -> None:
        known: dict[str, Grant] = {}
        cash_left, traffic_left = fen, impressions
        expected: list[Outcome] = []
        for item in items:
            if item.key in known:
                same = known[item.key] == item
                expected.append(Outcome.DUPLICATE if same else Outcome.KEY_REUSED)
            elif item.cash_fen > cash_left or item.impressions > traffic_left:
                expected.append(Outcome.EXHAUSTED)
            else:
                known[item.key] = item
                cash_left -= item.cash_fen
                traffic_left -= item.impressions
                expected.append(Outcome.GRANTED)

        answers = decide_grants(batch_of(items), posted={}, left={CASH: fen, TRAFFIC: impressions})

        assert [answer.outcome for answer in answers] == expected
        assert min(cash_left, traffic_left) >= 0

    def test_lets_a_small_one_after_a_large_one_pass(self) -> None:
        items = [a_grant(1, fen=60), a_grant(2, fen=60), a_grant(3, fen=40)]

        answers = decide_grants(batch_of(items), posted={}, left={CASH: 100})

        assert [answer.outcome.value for answer in answers] == ["granted", "exhausted", "granted"]
        assert (answers[1].asset, answers[1].left) == (Asset.CASH, 40)

    def test_tells_a_duplicate_whatever_is_left(self) -> None:
        before = a_grant(1, fen=60)
        posted = {before.first_key: before.fingerprint}
        other_budget = replace(before, pool="guanghe:2023", day=date(2023, 1, 1))
        left = {CASH: 0, Pool("guanghe:2023", Asset.CASH): 0, TRAFFIC: 0}

        again, later, other = decide_grants(
            batch_of([before, other_budget, a_grant(1, fen=61)]), posted=posted, left=left
        )

        assert (again.outcome, later.outcome) == (Outcome.DUPLICATE, Outcome.DUPLICATE)
        assert other.outcome is Outcome.KEY_REUSED

    def test_refuses_both_halves_of_a_reward_when_one_does_not_fit(self) -> None:
        [answer] = decide_grants(
            batch_of([a_grant(1, fen=5, impressions=9)]), posted={}, left={CASH: 100, TRAFFIC: 8}
        )

        assert (answer.outcome, answer.asset, answer.left) == (Outcome.EXHAUSTED, Asset.TRAFFIC, 8)


class TestGrant:
    @pytest.mark.parametrize(
        "change",
        [{"creator_id": 9}, {"program": "youchuang"}, {"cash_fen": 6}, {"impressions": 1}, {"source": "x"}],
    )
    def test_is_another_reward_with_another_body(self, change: dict[str, object]) -> None:
        assert replace(a_grant(1, fen=5), **change).fingerprint != a_grant(1, fen=5).fingerprint

    @given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
    def test_is_told_apart_however_its_texts_are_cut(self, a: str, b: str, c: str, d: str) -> None:
        def of(key: str, source: str) -> str:
            return grant_fingerprint(
                key, creator="1", program="guanghe", cash_fen=1, impressions=0, source=source, note=""
            )

        assert (of(a, b) == of(c, d)) == ((a, b) == (c, d))

    def test_survives_the_way_to_another_process(self) -> None:
        grant = a_grant(1, fen=5, impressions=7)

        assert pickle.loads(pickle.dumps(grant)) == grant  # noqa: S301 - our own bytes


class TestPlaceGrant:
    def test_names_the_budget_and_the_rules_of_the_day(self) -> None:
        grant = place_grant(GUANGHE, key="k", creator_id=1, day=date(2022, 8, 15), cash_fen=1)

        assert (grant.pool, grant.rules_from) == ("guanghe:2022", date(2022, 7, 29))

    def test_refuses_what_no_budget_pays(self) -> None:
        qingyun = find_program(packaged_programs(), "qingyun")

        with pytest.raises(GrantError, match="no budget of cash"):
            place_grant(qingyun, key="k", creator_id=1, day=date(2022, 8, 15), cash_fen=1)
        with pytest.raises(GrantError, match="not in force on 2022-10-01"):
            place_grant(qingyun, key="k", creator_id=1, day=date(2022, 10, 1), impressions=1)
