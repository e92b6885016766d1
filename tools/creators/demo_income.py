"""The demo town's income: what its accounts earned in the weeks before the day, so that there is something to compare with.

The eight demo accounts' own income comes from the payout room's ledger.
"""

import zlib
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tools.creators import queries
from tools.creators.detectors.service import record_income

_PAYDAYS_BACK = (2, 9, 16, 23)
_FEN_A_FOLLOWER = 2
_EARNING_PERCENT = 80


def load(session: Session, *, handles: list[str], on: date) -> None:
    """Store four weekly incomes of four fifths of these accounts, by their followers; loading again changes nothing."""
    ids = queries.ids_of_handles(session, handles)
    followers = queries.followers_of(session, creator_ids=list(ids.values()))
    record_income(
        session,
        (
            (
                creator_id,
                on - timedelta(days=back),
                followers[creator_id] * _FEN_A_FOLLOWER * (60 + draw % 80) // 100,
            )
            for handle, creator_id in ids.items()
            if zlib.crc32(handle.encode()) % 100 < _EARNING_PERCENT
            for back in _PAYDAYS_BACK
            for draw in [zlib.crc32(f"{handle}:{back}".encode())]
        ),
    )
