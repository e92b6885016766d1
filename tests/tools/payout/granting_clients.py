"""Clients that grant in processes of their own: they can be killed. A fork server imports everything once for all."""

import json
import os
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select, text

from tests.calls import a_creator
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE
from tools.payout.budget_queries import posted_rewards
from tools.payout.grant_files import GrantFile
from tools.payout.granting import Grant, Outcome, place_grant
from tools.payout.group_commit import GroupCommit
from tools.payout.invariants import INVARIANTS
from tools.payout.models import BudgetSlice, LedgerTransfer
from tools.payout.posting import Asset
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Budget, Per, Program, find_program

ON = date(2022, 8, 15)
NOON = datetime(2022, 8, 15, 12, tzinfo=PLATFORM_ZONE)
CREATORS = 40
GUANGHE = find_program(packaged_programs(), "guanghe")


def guanghe(cash_fen: int, impressions: int = 10**9) -> Program:
    """Return the programme with another budget."""
    return replace(GUANGHE, budget=Budget("guanghe", cash_fen, impressions, Per.YEAR))


def a_grant(number: int, *, fen: int, impressions: int = 0, key: str = "") -> Grant:
    """Return a reward whose creator follows from its number."""
    creator = number % CREATORS + 1
    return place_grant(
        GUANGHE,
        key=key or f"k{number:06d}",
        creator_id=creator,
        day=ON,
        cash_fen=fen,
        impressions=impressions,
    )


def with_creators(database: Database) -> None:
    """Store the creators that the grants go to; their ids count from 1."""
    with database.writing() as session:
        for number in range(CREATORS):
            assert a_creator(session, f"c{number}") == number + 1


def clock() -> datetime:
    """Return noon of the demo's day, whenever it is asked."""
    return NOON


def grant_file(url: str, path: str, program: Program) -> None:
    """Grant a file, and write the report beside it."""
    database = open_database(url)
    report = GrantFile(Path(path), programs=[program], on=ON).grant(database, clock=clock)
    database.close()
    Path(path).with_suffix(".json").write_text(json.dumps(asdict(report)))


def grant_and_acknowledge(url: str, acknowledged: str, program: Program, rows: int, slices: int) -> None:
    """Submit every grant to a group commit, and write down each number whose answer came."""
    database = open_database(url)
    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with GroupCommit(database, programs=[program], clock=clock, holder="test", slices=slices) as granting:
        waiting = [
            granting.submit(a_grant(number, fen=number % 97 + 1, impressions=number % 3))
            for number in range(rows)
        ]
        for number, future in enumerate(waiting):
            assert future.result().outcome in (Outcome.GRANTED, Outcome.DUPLICATE)
            os.write(file, f"{number}\n".encode())
    database.close()


def grant_one_by_one(url: str, answers: str, program: Program, grants: list[Grant]) -> None:
    """Submit the grants to a group commit of two slices, and write down every answer."""
    database = open_database(url)
    with GroupCommit(database, programs=[program], clock=clock, holder="test", slices=2) as granting:
        waiting = [(grant, granting.submit(grant)) for grant in grants]
        told = [
            (grant.key, future.result().outcome.value, grant.cash_fen, future.result().left)
            for grant, future in waiting
        ]
    database.close()
    Path(answers).write_text(json.dumps(told))


def stored(database: Database) -> dict[str, int]:
    """Return the cash rewards that are in the ledger, by key."""
    with database.reading() as session:
        rows = session.execute(
            select(LedgerTransfer.key, LedgerTransfer.amount).where(
                LedgerTransfer.key.startswith("grant:"), LedgerTransfer.asset == Asset.CASH.value
            )
        )
        return {row.key.removeprefix("grant:"): row.amount for row in rows}


def count(database: Database) -> int:
    """Return how many rewards are in the ledger."""
    with database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM ledger_transfer")) or 0


def granted_by_slices(database: Database) -> int:
    """Return what all slices say they granted."""
    with database.reading() as session:
        return int(session.scalar(select(func.sum(BudgetSlice.granted))) or 0)


def broken(database: Database) -> list[str]:
    """Return the lines of every invariant of the ledger, the budgets and the grants."""
    ours = [item for item in INVARIANTS if item.name.startswith(("ledger.", "budgets.", "grants."))]
    with database.reading() as session:
        return [line for invariant in ours for line in invariant.violations(session)]


def fingerprints(database: Database, grants: list[Grant]) -> dict[str, str]:
    """Return what is stored under the keys of the grants."""
    with database.reading() as session:
        return posted_rewards(session, [grant.first_key for grant in grants])
