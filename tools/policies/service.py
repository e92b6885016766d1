"""What the policy team may read: questions that no rule answered."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.colloquial import common
from knowledge.lexicon import RUN
from tools.policies import queries
from tools.policies.masking import masked
from tools.policies.models import UnansweredQuestion

LONGEST_LIST = 1_000


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without a rule: its masked words, how often it came, and the most evidence a clause had for it."""

    text: str
    count: int
    best_score: float
    first_at: datetime
    last_at: datetime


def note_unanswered(session: Session, *, question: str, best_score: float, now: datetime) -> bool:
    """Count the question among those without a rule; False for a text without a word.

    The same words, however written or punctuated, are one row; personal data are masked before anything is stored.
    """
    text = masked(question)
    words = "".join(RUN.findall(common(text)))
    if not words:
        return False
    table = UnansweredQuestion.__table__
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql if on_postgresql else sqlite).insert(UnansweredQuestion)
    statement = insert.values(
        key=hashlib.blake2b(words.encode(), digest_size=32).hexdigest(),
        text=text,
        count=1,
        best_score=best_score,
        first_at=now,
        last_at=now,
    )
    higher = func.greatest if on_postgresql else func.max
    # One statement: two askers at once neither collide nor lose a count.
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": table.c.count + 1,
                "best_score": higher(table.c.best_score, statement.excluded.best_score),
                "last_at": higher(table.c.last_at, statement.excluded.last_at),
            },
        )
    )
    return True


def unanswered(session: Session, *, since: datetime, limit: int) -> list[Unanswered]:
    """Return the questions without a rule last asked since then, those asked most often first."""
    assert 0 < limit <= LONGEST_LIST
    return [
        Unanswered(row.text, row.count, row.best_score, row.first_at, row.last_at)
        for row in queries.unanswered(session, since=since, limit=limit)
    ]
