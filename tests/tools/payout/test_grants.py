import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.payout.granting_clients import (
    ON,
    a_grant,
    broken,
    clock,
    granted_by_slices,
    guanghe,
    stored,
    with_creators,
)
from tests.tools.payout.test_invariants import corrupt
from tools.kernel.db import Database
from tools.payout import budgets, service
from tools.payout.granting import Grant, Outcome
from tools.payout.grants import Grantor, grant_now
from tools.payout.group_commit import GroupCommit
from tools.payout.rewards import BudgetExhausted, grant_reward

RUNS = itertools.count(1)


def outcomes(grantor: Grantor, grants: list[Grant], now: datetime) -> list[str]:
    return [answer.outcome.value for answer in grantor.grant(grants, now=now)]


class TestGrantor:
    def test_moves_cash_to_what_waits_and_traffic_to_what_is_there(
        self, database: Database, now: datetime
    ) -> None:
        grantor = Grantor(database, programs=[guanghe(10_000)], holder="a")

        assert outcomes(grantor, [a_grant(0, fen=700, impressions=9)], now) == ["granted"]

        with database.reading() as session:
            balance = service.balance(session, creator_id=1)
        assert (balance.available_fen, balance.unsettled_fen, balance.impressions) == (0, 700, 9)
        assert broken(database) == []

    def test_takes_what_others_hold_before_it_refuses(self, database: Database, now: datetime) -> None:
        program = guanghe(1_000)
        first = Grantor(database, programs=[program], holder="a")
        second = Grantor(database, programs=[program], holder="b")
        assert outcomes(first, [a_grant(1, fen=100)], now) == ["granted"]

        found = outcomes(second, [a_grant(2, fen=900), a_grant(3, fen=1)], now)

        assert found == ["granted", "exhausted"]
        assert outcomes(first, [a_grant(4, fen=1), a_grant(1, fen=100)], now) == ["exhausted", "duplicate"]
        assert sum(stored(database).values()) == 1_000
        assert broken(database) == []

    def test_returns_what_is_left_when_it_ends(self, database: Database, now: datetime) -> None:
        program = guanghe(1_000)
        grantor = Grantor(database, programs=[program], holder="a")
        grantor.grant([a_grant(1, fen=100)], now=now)

        grantor.release(now=now)

        assert granted_by_slices(database) == 100
        with database.writing() as session:
            answers = grant_now(session, [a_grant(2, fen=900)], programs=[program], now=now)
        assert answers[0].outcome is Outcome.GRANTED
        assert broken(database) == []

    def test_gives_what_it_holds_to_one_claimed_reward(self, database: Database, now: datetime) -> None:
        program = guanghe(1_000)
        Grantor(database, programs=[program], holder="a").grant([a_grant(1, fen=900)], now=now)

        with database.writing() as session:
            assert grant_reward(
                session,
                creator_id=1,
                program=program,
                task="周任务",
                cash_fen=100,
                impressions=5,
                key="t",
                now=now,
            )

        with database.writing() as session, pytest.raises(BudgetExhausted):
            grant_reward(
                session,
                creator_id=1,
                program=program,
                task="周任务",
                cash_fen=1,
                impressions=0,
                key="u",
                now=now,
            )
        assert broken(database) == []

    def test_loses_its_lease_when_it_is_silent_for_too_long(self, database: Database, now: datetime) -> None:
        grantor = Grantor(database, programs=[guanghe(100_000)], holder="a")
        grantor.grant([a_grant(1, fen=100)], now=now)

        for later, ended in ((timedelta(seconds=59), 0), (budgets.LEASE, 1), (budgets.LEASE, 0)):
            with database.writing() as session:
                assert budgets.return_expired(session, now=now + later) == ended

        assert outcomes(grantor, [a_grant(2, fen=100)], now + budgets.LEASE) == ["granted"]
        assert broken(database) == []

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["a", "b", "now", "release", "expire"]),
                st.lists(st.tuples(st.integers(0, 12), st.integers(1, 40), st.integers(0, 3)), max_size=6),
            ),
            max_size=8,
        )
    )
    def test_answers_as_a_plain_list_would(
        self, database: Database, now: datetime, steps: list[tuple[str, list[tuple[int, int, int]]]]
    ) -> None:
        run = next(RUNS)
        # A budget and keys of this example alone: the fixture's database lives on between examples.
        program = guanghe(150, 6)
        day = ON.replace(year=ON.year + run)
        holders = {name: Grantor(database, programs=[program], holder=name) for name in ("a", "b")}
        left_fen, left_impressions = 150, 6
        known: dict[str, Grant] = {}
        for step, wanted in steps:
            grants = [
                Grant(
                    f"{run}:{number}", 1, "guanghe", f"guanghe:{day.year}", day, ON.replace(month=7, day=29),
                    cash_fen=fen, impressions=more,
                )
                for number, fen, more in wanted
            ]  # fmt: skip
            expected: list[str] = []
            for grant in grants if step not in ("release", "expire") else ():
                if grant.key in known:
                    same = known[grant.key].fingerprint == grant.fingerprint
                    expected.append("duplicate" if same else "key_reused")
                elif grant.cash_fen > left_fen or grant.impressions > left_impressions:
                    expected.append("exhausted")
                else:
                    known[grant.key] = grant
                    left_fen -= grant.cash_fen
                    left_impressions -= grant.impressions
                    expected.append("granted")

            if step in holders and grants:
                assert outcomes(holders[step], grants, now) == expected
            elif step == "now" and grants:
                with database.writing() as session:
                    found = grant_now(session, grants, programs=[program], now=now)
                assert [answer.outcome.value for answer in found] == expected
            elif step == "release":
                holders["a"].release(now=now)
            elif step == "expire":
                with database.writing() as session:
                    budgets.return_expired(session, now=now + budgets.LEASE)

        assert broken(database) == []


class TestGroupCommit:
    def test_answers_every_grant_once_it_is_durable(self, database: Database) -> None:
        with_creators(database)
        with GroupCommit(database, programs=[guanghe(10**9)], clock=clock, holder="a", slices=4) as granting:
            waiting = [granting.submit(a_grant(number, fen=5)) for number in range(3_000)]
            told = {future.result().outcome for future in waiting}

        assert told == {Outcome.GRANTED}
        assert len(stored(database)) == 3_000
        assert broken(database) == []

    def test_tells_every_caller_what_went_wrong(self, database: Database) -> None:
        stranger = a_grant(1, fen=5)
        with GroupCommit(database, programs=[], clock=clock, holder="a") as granting:
            waiting = [granting.submit(stranger) for _ in range(3)]

            for future in waiting:
                with pytest.raises(KeyError, match="guanghe"):
                    future.result()

        assert stored(database) == {}


class TestInvariants:
    @pytest.fixture
    def granted(self, database: Database, now: datetime) -> Database:
        """Return a store with rewards from a slice and from the budget itself."""
        with_creators(database)
        program = guanghe(1_000_000)
        Grantor(database, programs=[program], holder="a").grant(
            [a_grant(1, fen=100), a_grant(2, fen=200, impressions=50), a_grant(3, fen=300)], now=now
        )
        with database.writing() as session:
            grant_now(session, [a_grant(4, fen=400)], programs=[program], now=now)
        return database

    def test_hold_for_what_was_granted(self, granted: Database) -> None:
        assert broken(granted) == []

    @pytest.mark.parametrize(
        ("change", "line"),
        [
            ("UPDATE ledger_transfer SET amount = 101 WHERE key = 'grant:k000001'", "(grant:k000001): the reward"),
            ("UPDATE ledger_transfer SET amount = 51 WHERE key = 'grant+:k000002'", "(grant:k000002): the reward"),
            ("DELETE FROM ledger_transfer WHERE key = 'grant+:k000002'", "(grant:k000002): the reward"),
            ("DELETE FROM ledger_transfer WHERE key = 'grant:k000002'", "grant+:k000002: the cash that it goes with"),
            ("UPDATE ledger_transfer SET rules_from = NULL WHERE key = 'grant:k000001'", "grant:k000001: rules of"),
            ("UPDATE ledger_transfer SET settles_on = '2022-09-14' WHERE key = 'grant:k000001'", "settles on 2022-09-14"),
            ("UPDATE ledger_transfer SET day = '2021-12-31' WHERE key = 'grant:k000003'", "outside the period"),
            ("UPDATE ledger_transfer SET day = '2021-12-31' WHERE key = 'grant:k000004'", "outside the period"),
            ("UPDATE budget_slice SET granted = granted - 1 WHERE id = 1", "budget_slice guanghe:2022/"),
            ("UPDATE budget SET amount = 999 WHERE id = 1", "budget guanghe:2022 cash: amount 999, funded 1000000"),
            (
                "UPDATE ledger_account SET balance = balance + 1 WHERE owner_kind = 'unsettled' AND owner = '2'",
                "ledger_account unsettled 2 cash: the balance is 101, its transfers sum to 100",
            ),
            (
                "UPDATE ledger_account SET reserved = 1 WHERE owner_kind = 'unsettled' AND owner = '2'",
                "ledger_account unsettled 2 cash: 1 is reserved, its pending transfers sum to 0",
            ),
        ],
    )  # fmt: skip
    def test_name_a_row_that_was_changed(self, granted: Database, change: str, line: str) -> None:
        corrupt(granted, change)

        assert any(line in said for said in broken(granted)), broken(granted)

    def test_name_a_budget_that_gave_more_than_it_had(self, granted: Database) -> None:
        corrupt(
            granted,
            "UPDATE budget SET amount = 900",
            "UPDATE ledger_transfer SET amount = 900 WHERE key = 'fund:guanghe:2022:cash'",
        )

        assert "budget guanghe:2022 cash: amount 900, funded 900, granted 1000" in broken(granted)
