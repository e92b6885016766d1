"""What people ask and the policies lack: joined to the room that keeps such questions, masked by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question without an answer in the policies: its masked words, how often it came, the last time."""

    text: str
    count: int
    last_at: datetime


Read = Callable[[Session, datetime, int], Sequence[UnansweredQuestion]]

# The joint: a function `(session, since, limit)` that reads the questions from their store, the most frequent first.
# While nothing is joined here the operators' page has no such section: it never shows an empty list for a missing one.
read_unanswered: Read | None = None
