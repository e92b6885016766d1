import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.calls import a_creator
from tests.tools.payout.granting_clients import GUANGHE, NOON, ON, broken, with_creators
from tests.tools.payout.test_invariants import corrupt
from tools.kernel.db import Database
from tools.payout.budget_invariants import caps_hold
from tools.payout.grant_files import GrantFile
from tools.payout.granting import Answer, Grant, Outcome, place_grant
from tools.payout.grants import Grantor, grant_now
from tools.payout.posting import Asset, Owner, OwnerKind, Posting, Purpose, reversal
from tools.payout.program_files import packaged_programs
from tools.payout.programs import find_program
from tools.payout.rewards import CapReached, grant_reward
from tools.payout.service import post_transfer

CAP_FEN, CAP_IMPRESSIONS = 500_000, 500_000
CREATOR = 1


def a_reward(key: str, fen: int, impressions: int = 0, *, day: date = ON, creator: int = CREATOR) -> Grant:
    return place_grant(GUANGHE, key=key, creator_id=creator, day=day, cash_fen=fen, impressions=impressions)


def claimed(database: Database, grants: list[Grant]) -> list[str]:
    """Grant each as a claimed reward."""
    told: list[str] = []
    for item in grants:
        with database.writing() as session:
            try:
                new = grant_reward(
                    session, creator_id=item.creator_id, program=GUANGHE, task="周任务", cash_fen=item.cash_fen,
                    impressions=item.impressions, key=item.key, now=NOON, earned_on=item.day,
                )  # fmt: skip
            except CapReached:
                told.append("capped")
            else:
                told.append("granted" if new else "duplicate")
    return told


def at_once(database: Database, grants: list[Grant]) -> list[str]:
    """Grant all inside one transaction, straight from the budget."""
    with database.writing() as session:
        answers = grant_now(session, grants, programs=[GUANGHE], now=NOON)
    return [answer.outcome.value for answer in answers]


def leased(database: Database, grants: list[Grant]) -> list[str]:
    """Grant all from slices, first a little to another creator so that the slices are there."""
    return [answer.outcome.value for answer in answers_of(database, grants)]


def answers_of(database: Database, grants: list[Grant]) -> list[Answer]:
    grantor = Grantor(database, programs=[GUANGHE], holder="a")
    grantor.grant([a_reward("warm", 1, 1, creator=2)], now=NOON)
    return grantor.grant(grants, now=NOON)


def over_caps(database: Database) -> list[str]:
    with database.reading() as session:
        return list(caps_hold(session))


WAYS = pytest.mark.parametrize("way", [claimed, at_once, leased])
Way = Callable[[Database, list[Grant]], list[str]]


@WAYS
class TestCaps:
    def test_let_pass_what_stays_below_and_what_reaches_them(self, database: Database, way: Way) -> None:
        with_creators(database)

        assert (
            way(database, [a_reward("a", CAP_FEN - 1), a_reward("b", 1, CAP_IMPRESSIONS)]) == ["granted"] * 2
        )
        assert over_caps(database) + broken(database) == []

    def test_refuse_what_would_pass_them_and_grant_a_smaller_one_after_it(
        self, database: Database, way: Way
    ) -> None:
        with_creators(database)
        wanted = [a_reward("a", CAP_FEN - 5), a_reward("b", 6), a_reward("c", 5), a_reward("d", 1)]

        assert way(database, wanted) == ["granted", "capped", "granted", "capped"]
        assert way(database, [a_reward("e", 1)]) == ["capped"]
        assert over_caps(database) + broken(database) == []

    def test_refuse_cash_together_with_impressions(self, database: Database, way: Way) -> None:
        with_creators(database)
        wanted = [a_reward("a", 5, CAP_IMPRESSIONS + 1), a_reward("b", CAP_FEN)]

        assert way(database, wanted) == ["capped", "granted"]

    def test_tell_a_duplicate_at_the_cap_as_a_duplicate(self, database: Database, way: Way) -> None:
        with_creators(database)
        full = a_reward("a", CAP_FEN, CAP_IMPRESSIONS)

        assert way(database, [full, full]) == ["granted", "duplicate"]
        assert way(database, [full]) == ["duplicate"]

    def test_count_each_creator_and_each_month_by_itself(self, database: Database, way: Way) -> None:
        with_creators(database)
        wanted = [
            a_reward("a", CAP_FEN, day=date(2022, 8, 31)),
            a_reward("b", CAP_FEN, day=date(2022, 9, 1)),
            a_reward("c", CAP_FEN, day=date(2022, 7, 31)),
            a_reward("d", CAP_FEN, creator=3),
            # The rules changed on the 29th, the month did not.
            a_reward("e", 1, day=date(2022, 7, 28)),
        ]

        assert way(database, wanted) == ["granted"] * 4 + ["capped"]
        assert over_caps(database) + broken(database) == []

    def test_give_room_again_for_what_was_taken_back(self, database: Database, way: Way) -> None:
        with_creators(database)
        income = Posting(
            key="before", debit=Owner(OwnerKind.EXTERNAL, "program:guanghe"),
            credit=Owner(OwnerKind.UNSETTLED, str(CREATOR)), asset=Asset.CASH, amount=CAP_FEN,
            purpose=Purpose.INCENTIVE, day=ON, program="guanghe", settles_on=date(2022, 9, 15),
        )  # fmt: skip
        with database.writing() as session:
            post_transfer(session, income, now=NOON)
        assert way(database, [a_reward("a", 1)]) == ["capped"]

        with database.writing() as session:
            post_transfer(session, reversal(income, day=date(2022, 9, 2)), now=NOON)

        assert way(database, [a_reward("a", CAP_FEN), a_reward("b", 1)]) == ["granted", "capped"]
        assert over_caps(database) == []

    def test_let_one_of_two_at_once_pass(self, database: Database, way: Way) -> None:
        with_creators(database)
        way(database, [a_reward("first", 1)])
        start, told = threading.Barrier(2), list[str]()

        def run(key: str) -> None:
            start.wait()
            told.extend(way(database, [a_reward(key, CAP_FEN // 2 + 1)]))

        threads = [threading.Thread(target=run, args=(key,)) for key in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(told) == ["capped", "granted"]
        assert over_caps(database) + broken(database) == []


class TestReasons:
    def test_name_the_cap_to_operators(self, database: Database) -> None:
        with_creators(database)

        _, cash, traffic = answers_of(
            database,
            [a_reward("a", 480_000, 499_000), a_reward("b", 20_001), a_reward("c", 1, 1_001)],
        )

        assert (cash.outcome, cash.asset, cash.left) == (Outcome.CAPPED, Asset.CASH, 20_000)
        assert cash.excess
        assert cash.excess.reason == "the creator's cap for this month is reached: 4,800.00 of 5,000.00 yuan"
        assert traffic.excess
        assert "499,000 of 500,000 impressions" in traffic.excess.reason

    def test_name_the_cap_to_the_creator(self, database: Database) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            with pytest.raises(
                CapReached, match=r"成长周期任务每人当月最多发500\.00元，你当月已经拿到0\.00元"
            ):
                grant_reward(
                    session, creator_id=creator, program=find_program(packaged_programs(), "lifecycle"),
                    task="任务", cash_fen=50_001, impressions=0, key="k", now=NOON,
                )  # fmt: skip

    def test_count_as_refused_in_a_file(self, database: Database, tmp_path: Path) -> None:
        with_creators(database)
        path = tmp_path / "grants.csv"
        path.write_text("key,creator,program,asset,amount\na,c0,guanghe,cash,5000\nb,c0,guanghe,cash,1\n")

        report = GrantFile(path, programs=[GUANGHE], on=ON).grant(database, clock=lambda: NOON)

        assert (report.granted, report.refused, report.refusals[0].outcome) == (1, 1, Outcome.CAPPED)
        assert "cap for this month is reached" in report.refusals[0].reason


class TestCapsHold:
    def test_names_a_creator_above_a_cap(self, database: Database) -> None:
        with_creators(database)
        at_once(database, [a_reward("a", CAP_FEN)])

        corrupt(database, "UPDATE ledger_transfer SET amount = amount + 1 WHERE key = 'grant:a'")

        assert over_caps(database) == ["creator 1: 500001 cash of guanghe in 2022-08-01/month, cap 500000"]

    def test_needs_no_cap(self, database: Database) -> None:
        free = replace(GUANGHE, terms=tuple(replace(term, caps=()) for term in GUANGHE.terms))
        with_creators(database)

        with database.writing() as session:
            [answer] = grant_now(session, [a_reward("a", CAP_FEN + 1)], programs=[free], now=NOON)

        assert answer.outcome is Outcome.GRANTED
