"""Every SELECT of the pre-publish check."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.precheck.models import PrePublishCheck


def by_key(session: Session, key: str) -> PrePublishCheck | None:
    """Return the check of a draft under a version of the rules."""
    return session.scalar(select(PrePublishCheck).where(PrePublishCheck.key == key))


def by_id(session: Session, check_id: int) -> PrePublishCheck | None:
    """Return a check, locked until the transaction ends."""
    return session.scalar(select(PrePublishCheck).where(PrePublishCheck.id == check_id).with_for_update())


def newest(session: Session, *, creator_id: int, limit: int) -> list[PrePublishCheck]:
    """Return a creator's checks, the newest first."""
    return list(
        session.scalars(
            select(PrePublishCheck)
            .where(PrePublishCheck.creator_id == creator_id)
            .order_by(PrePublishCheck.asked_at.desc(), PrePublishCheck.id.desc())
            .limit(limit)
        )
    )
