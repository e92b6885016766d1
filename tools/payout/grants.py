"""Rewards out of budgets: many in a transaction, each from a slice that its holder leases, never past the budget."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tools.kernel.db import Database
from tools.payout import budget_queries, budgets, cap_counts, grant_store, service
from tools.payout.budget_queries import OpenBudget, OpenSlice
from tools.payout.granting import Answer, Batch, Grant, Outcome, Pool, batch_of, decide_grants
from tools.payout.posting import Asset
from tools.payout.programs import Program

# Each new attempt means that another transaction went forward, so that attempts end as the others do.
_ATTEMPTS: Final = 100
# An account is opened for good, so its id is remembered; this many take about 40 MB.
_REMEMBERED: Final = 200_000


class Grantor:
    """One holder of slices; `grant` may be called again and again, by one thread.

    What it answered is durable. After an error nothing of the call is granted, or all of it (the connection broke during
    the commit): calling again with the same rewards finds out and changes nothing twice.
    """

    def __init__(self, database: Database, *, programs: Sequence[Program], holder: str) -> None:
        self._database = database
        self._programs = {program.id: program for program in programs}
        self._holder = f"{holder}:{secrets.token_hex(4)}"
        self._slices: dict[Pool, OpenSlice] = {}
        self._accounts: dict[Asset, dict[int, int]] = {asset: {} for asset in Asset}

    def grant(self, grants: Sequence[Grant], *, now: datetime) -> list[Answer]:
        """Grant what is new and fits, in one transaction; return the answer to each reward in its turn."""
        batch = batch_of(grants)
        pools = sorted(batch.sums, key=lambda pool: (pool.name, pool.asset))
        self._open_accounts(batch)
        # Only a slice that is too small sends us to the budget, for which others may wait.
        from_slices = all(pool in self._slices for pool in pools)
        for _ in range(_ATTEMPTS):
            try:
                answers = self._from_slices(batch, pools, now=now) if from_slices else None
                if answers is None:
                    answers = self._from_budgets(batch, pools, now=now)
            except DBAPIError as error:
                if not grant_store.another_was_first(error):
                    raise
            else:
                return answers
        raise AssertionError("others went first too often for transactions that end")

    def release(self, *, now: datetime) -> None:
        """Return what is left of every slice."""
        held, self._slices = self._slices, {}
        with self._database.writing() as session:
            budgets.release(session, [item.id for item in held.values()], pools=list(held), now=now)

    def _from_slices(self, batch: Batch, pools: Sequence[Pool], *, now: datetime) -> list[Answer] | None:
        """Grant from what the slices hold; None, and nothing granted, when that is not enough."""
        with self._database.writing() as session:
            held = self._locked_slices(session, pools)
            if len(held) < len(pools):
                return None
            caps = cap_counts.hold_and_count(
                session, batch.demands, programs=self._programs, accounts=self._accounts
            )
            posted = budget_queries.posted_rewards(session, batch.keys)
            left = {pool: item.left for pool, item in held.items()}
            answers = decide_grants(batch, posted=posted, left=left, caps=caps)
            if any(answer.outcome is Outcome.EXHAUSTED for answer in answers):
                return None
            self._store(session, batch.only(answers), held, now=now)
            return answers

    def _from_budgets(self, batch: Batch, pools: Sequence[Pool], *, now: datetime) -> list[Answer]:
        """Grant from the budgets with all that any slice has left: what is refused here is refused truly."""
        with self._database.writing() as session:
            found = open_budgets(session, batch, programs=self._programs, now=now)
            held = self._locked_slices(session, pools)
            posted = budget_queries.posted_rewards(session, batch.keys)
            wanted = _wanted(batch, posted)
            missing = {pool: wanted[pool] - (held[pool].left if pool in held else 0) for pool in pools}
            found = budgets.collect(session, found, wanted=missing, mine=held, now=now)
            # The creators' accounts come after all budgets and slices, and the keys are read anew after them.
            caps = cap_counts.hold_and_count(
                session, batch.demands, programs=self._programs, accounts=self._accounts
            )
            posted = budget_queries.posted_rewards(session, batch.keys)
            left = {pool: found[pool].free + (held[pool].left if pool in held else 0) for pool in pools}
            answers = decide_grants(batch, posted=posted, left=left, caps=caps)
            given = batch.only(answers).sums
            for pool in pools:
                item = held.get(pool) or budgets.lease(session, found[pool], holder=self._holder, now=now)
                held[pool] = budgets.fill(session, found[pool], item, wanted=given.get(pool, 0), now=now)
            self._store(session, batch.only(answers), held, now=now)
        self._slices |= held
        return answers

    def _locked_slices(self, session: Session, pools: Sequence[Pool]) -> dict[Pool, OpenSlice]:
        ids = [self._slices[pool].id for pool in pools if pool in self._slices]
        return {item.pool: item for item in budget_queries.open_slices(session, slice_ids=ids)} if ids else {}

    def _store(self, session: Session, new: Batch, held: Mapping[Pool, OpenSlice], *, now: datetime) -> None:
        if not new.grants:
            return
        debits = {pool: item.account_id for pool, item in held.items()}
        grant_store.store_grants(session, new, debits=debits, credits_=self._accounts, now=now)
        for pool, amount in new.sums.items():
            grant_store.count_granted(session, held[pool].id, amount=amount, expires_at=now + budgets.LEASE)

    def _open_accounts(self, batch: Batch) -> None:
        """Remember the account of every creator; opened in a transaction before, since an empty account is no harm."""
        if sum(map(len, self._accounts.values())) > _REMEMBERED:
            self._accounts = {asset: {} for asset in Asset}
        missing = {
            asset: creators - self._accounts[asset].keys() for asset, creators in _creators(batch).items()
        }
        if any(missing.values()):
            with self._database.writing() as session:
                for asset, opened in _open_accounts(session, missing).items():
                    self._accounts[asset] |= opened


def grant_now(
    session: Session, grants: Sequence[Grant], *, programs: Sequence[Program], now: datetime
) -> list[Answer]:
    """Grant inside the caller's transaction, straight from the budgets: for the one reward that a creator claims.

    The budgets stay locked until the caller's transaction ends; many rewards at once go through a Grantor.
    """
    batch = batch_of(grants)
    credits_ = _open_accounts(session, _creators(batch))
    by_id = {program.id: program for program in programs}
    found = open_budgets(session, batch, programs=by_id, now=now)
    posted = budget_queries.posted_rewards(session, batch.keys)
    found = budgets.collect(session, found, wanted=_wanted(batch, posted), mine={}, now=now)
    caps = cap_counts.hold_and_count(session, batch.demands, programs=by_id, accounts=credits_)
    posted = budget_queries.posted_rewards(session, batch.keys)
    left = {pool: found[pool].free for pool in batch.sums}
    answers = decide_grants(batch, posted=posted, left=left, caps=caps)
    if not (new := batch.only(answers)).grants:
        return answers
    debits = {pool: found[pool].account_id for pool in batch.sums}
    grant_store.store_grants(session, new, debits=debits, credits_=credits_, now=now)
    # The session may have read these accounts before they were moved behind its back.
    session.expire_all()
    return answers


def open_budgets(
    session: Session, batch: Batch, *, programs: Mapping[str, Program], now: datetime
) -> dict[Pool, OpenBudget]:
    """Return the budgets that the rewards are paid from, held until the transaction ends.

    One that is not open yet is opened as its programme's file says.
    """
    found = budget_queries.budgets(session, batch.sums)
    if missing := {pool.name for pool in batch.sums if pool not in found}:
        wanted = {(item.program, item.day) for item in batch.demands if item.pool in missing}
        for program, day in sorted(wanted):
            service.open_budget(session, program=programs[program], on=day, now=now)
        found = budget_queries.budgets(session, batch.sums)
    return found


def _open_accounts(session: Session, wanted: Mapping[Asset, set[int]]) -> dict[Asset, dict[int, int]]:
    opened: dict[Asset, dict[int, int]] = {}
    for asset, creators in wanted.items():
        if creators:
            ids = grant_store.open_accounts(session, [str(creator) for creator in creators], asset=asset)
            opened[asset] = {creator: ids[str(creator)] for creator in creators}
    return opened


def _creators(batch: Batch) -> dict[Asset, set[int]]:
    return {
        asset: {creator for demand in batch.demands for creator in demand.amounts(asset)} for asset in Asset
    }


def _wanted(batch: Batch, posted: Mapping[str, str]) -> dict[Pool, int]:
    """Return what the rewards ask for, those left out whose key is taken."""
    new = [grant for grant, key in zip(batch.grants, batch.keys, strict=True) if key not in posted]
    return dict.fromkeys(batch.sums, 0) | batch_of(new).sums
