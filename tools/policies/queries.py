"""Every SELECT on unanswered questions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.policies.models import UnansweredQuestion


def unanswered_by_key(session: Session, key: str) -> UnansweredQuestion | None:
    """Return the question with these words, locked until the transaction ends."""
    return session.scalar(select(UnansweredQuestion).where(UnansweredQuestion.key == key).with_for_update())


def unanswered(session: Session, *, since: datetime, limit: int) -> Sequence[UnansweredQuestion]:
    """Return the questions last asked since then, those asked most often first."""
    return session.scalars(
        select(UnansweredQuestion)
        .where(UnansweredQuestion.last_at >= since)
        .order_by(UnansweredQuestion.count.desc(), UnansweredQuestion.last_at.desc(), UnansweredQuestion.id)
        .limit(limit)
    ).all()
