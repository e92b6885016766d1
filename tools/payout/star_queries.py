"""Every SELECT of Star applications and contracts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from tools.payout.models import LedgerTransfer
from tools.payout.posting import Purpose
from tools.payout.star import StarState
from tools.payout.star_models import StarContract, StarMonth, StarStep, StarUse

# The keys of guarantees and of impressions of a contract in the ledger begin with this.
KEY_PREFIX = "star:"


def contracts_of(session: Session, *, creator_id: int) -> Sequence[StarContract]:
    """Return the creator's applications and contracts, the newest first."""
    return session.scalars(
        select(StarContract).where(StarContract.creator_id == creator_id).order_by(StarContract.id.desc())
    ).all()


def contract_for_update(session: Session, *, contract_id: int) -> StarContract | None:
    """Return a contract, locked until the transaction ends."""
    return session.scalars(
        select(StarContract)
        .where(StarContract.id == contract_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def contract_ids(session: Session, *, states: Collection[StarState]) -> list[int]:
    """Return the contracts in these states, the oldest first."""
    wanted = [state.value for state in states]
    rows = session.scalars(
        select(StarContract.id).where(StarContract.state.in_(wanted)).order_by(StarContract.id)
    )
    return list(rows)


def contracts(session: Session) -> Sequence[StarContract]:
    """Return every application and contract, the oldest first."""
    return session.scalars(select(StarContract).order_by(StarContract.id)).all()


def nominated(session: Session, *, agency: str, since: datetime) -> int:
    """Return how many creators the agency put forward since then."""
    return (
        session.scalar(
            select(func.count())
            .select_from(StarContract)
            .where(StarContract.agency == agency, StarContract.applied_at >= since)
        )
        or 0
    )


def steps(session: Session, *, contract_id: int) -> Sequence[StarStep]:
    """Return the steps of a contract in their order."""
    return session.scalars(
        select(StarStep).where(StarStep.contract_id == contract_id).order_by(StarStep.id)
    ).all()


def months(session: Session, *, contract_id: int) -> Sequence[StarMonth]:
    """Return the settled months of a contract, the oldest first."""
    return session.scalars(
        select(StarMonth).where(StarMonth.contract_id == contract_id).order_by(StarMonth.starts_on)
    ).all()


def all_months(session: Session) -> Sequence[StarMonth]:
    """Return every settled month."""
    return session.scalars(select(StarMonth).order_by(StarMonth.contract_id, StarMonth.starts_on)).all()


def used(session: Session, *, contract_id: int) -> dict[str, int]:
    """Return how much of each benefit was used."""
    rows = session.execute(
        select(StarUse.kind, cast(func.sum(StarUse.amount), BigInteger))
        .where(StarUse.contract_id == contract_id)
        .group_by(StarUse.kind)
    )
    return {kind: int(amount or 0) for kind, amount in rows}


def uses(session: Session) -> Sequence[StarUse]:
    """Return every use of a benefit."""
    return session.scalars(select(StarUse).order_by(StarUse.id)).all()


def booked(session: Session) -> dict[str, tuple[str, int]]:
    """Return asset and amount of every guarantee and impression of a contract in the ledger, by key."""
    rows = session.execute(
        select(LedgerTransfer.key, LedgerTransfer.asset, LedgerTransfer.amount)
        .where(
            LedgerTransfer.purpose == Purpose.INCENTIVE.value,
            LedgerTransfer.key.startswith(KEY_PREFIX, autoescape=True),
        )
        .order_by(LedgerTransfer.id)
    )
    return {key: (asset, amount) for key, asset, amount in rows}
