"""Withdrawals that should have arrived: a person is asked for before the creator has to (withdrawal-rules 2.1 and 2.3)."""

from datetime import datetime
from typing import Final

from tools.kernel import case_requests
from tools.kernel.db import Database
from tools.kernel.holidays import working_calendar
from tools.kernel.money import yuan
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import withdrawal_queries
from tools.payout.models import Withdrawal
from tools.payout.withdrawals import WithdrawalState, rules_on

_UNDER_WAY: Final = (WithdrawalState.REQUESTED, WithdrawalState.SENT)
_BATCH: Final = 500


def ask_for_people(database: Database, now: datetime) -> None:
    """Ask for a 1V1 case for each withdrawal that is later than the rules promise, once, a batch a transaction."""
    for state in _UNDER_WAY:
        after = 0
        while True:
            with database.writing() as session:
                ids = withdrawal_queries.ids_in(session, state=state, after=after, limit=_BATCH)
                for row, _ in withdrawal_queries.by_ids(session, ids).values():
                    if _is_late(row, now=now):
                        case_requests.request_case(
                            session,
                            creator_id=row.creator_id,
                            business="提现",
                            reference=row.number,
                            reason=f"{yuan(row.amount_fen)} 元{state.words}，已超过承诺的到账时间",
                            key=f"withdrawal:{row.id}:late",
                            now=now,
                        )
            if len(ids) < _BATCH:
                break
            after = ids[-1]


def _is_late(row: Withdrawal, *, now: datetime) -> bool:
    requested_on = row.requested_at.astimezone(PLATFORM_ZONE).date()
    by = working_calendar().after(requested_on, rules_on(requested_on).working_days)
    return now.astimezone(PLATFORM_ZONE).date() > by.day
