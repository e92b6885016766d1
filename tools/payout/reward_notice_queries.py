"""The SELECTs of words about rewards."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Integer, cast, select
from sqlalchemy.orm import Session

from tools.notices import service as notices
from tools.payout.models import LedgerAccount, LedgerTransfer
from tools.payout.notice_models import RewardNoticeWatermark
from tools.payout.posting import Asset, OwnerKind, Purpose

# A reward's accounts: cash waits for its settlement, traffic is there at once.
_CREDITED: Final = (OwnerKind.UNSETTLED.value, OwnerKind.CREATOR.value)


@dataclass(frozen=True, slots=True)
class Reward:
    """What a programme gave a creator in one transfer; `key` is its notice's."""

    key: str
    creator_id: int
    program: str
    asset: Asset
    amount: int
    note: str


def watermark(session: Session) -> RewardNoticeWatermark | None:
    """Return how far transfers were read for notices, locked until the transaction ends; None before the first time."""
    return session.scalar(select(RewardNoticeWatermark).with_for_update())


def untold(session: Session, *, after: int, limit: int) -> list[Reward]:
    """Return rewards of transfers after an id whose words nobody has left, the oldest first."""
    rows = session.execute(
        select(
            LedgerTransfer.id,
            cast(LedgerAccount.owner, BigInteger().with_variant(Integer(), "sqlite")),
            LedgerTransfer.program,
            LedgerTransfer.asset,
            LedgerTransfer.amount,
            LedgerTransfer.note,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.credit_account_id)
        .where(
            LedgerTransfer.id > after,
            LedgerTransfer.purpose == Purpose.INCENTIVE.value,
            LedgerTransfer.state == "posted",
            LedgerTransfer.corrects.is_(None),
            LedgerAccount.owner_kind.in_(_CREDITED),
            notices.not_left("reward:", LedgerTransfer.id),
        )
        .order_by(LedgerTransfer.id)
        .limit(limit)
    )
    return [
        Reward(f"reward:{number}", creator, program or "", Asset(asset), amount, note)
        for number, creator, program, asset, amount, note in rows
    ]
