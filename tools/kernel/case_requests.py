"""Cases on demand: a room asks for a person inside its own transaction, the support room opens the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tools.kernel.case_request_models import CaseRequest

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class RequestedCase:
    """A wish for a person: `business` and `reference` name what it is about, as in 商单 BO-20220815-0001."""

    id: int
    creator_id: int
    business: str
    reference: str
    reason: str
    requested_at: datetime


def request_case(
    session: Session, *, creator_id: int, business: str, reference: str, reason: str, key: str, now: datetime
) -> bool:
    """Ask for a person and return whether this is new: the same key again changes nothing."""
    if session.scalar(select(exists().where(CaseRequest.key == key))):
        return False
    try:
        with session.begin_nested():
            session.add(
                CaseRequest(
                    key=key,
                    creator_id=creator_id,
                    business=business,
                    reference=reference,
                    reason=" ".join(reason.split())[:_LONGEST_REASON],
                    requested_at=now,
                )
            )
    except IntegrityError:
        # Somebody beside this one asked for the same.
        return False
    return True


def waiting(session: Session, *, limit: int) -> list[RequestedCase]:
    """Return the wishes that no case was made of, oldest first."""
    rows: Sequence[CaseRequest] = session.scalars(
        select(CaseRequest).where(CaseRequest.opened_at.is_(None)).order_by(CaseRequest.id).limit(limit)
    ).all()
    return [
        RequestedCase(row.id, row.creator_id, row.business, row.reference, row.reason, row.requested_at)
        for row in rows
    ]


def claim(session: Session, request: int, *, now: datetime) -> bool:
    """Mark the wish as fulfilled and return whether this transaction did: open the case in the same one."""
    found = session.scalars(
        update(CaseRequest)
        .where(CaseRequest.id == request, CaseRequest.opened_at.is_(None))
        .values(opened_at=now)
        .returning(CaseRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(found)
