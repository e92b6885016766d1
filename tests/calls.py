"""What tests of tools begin with: a creator, a conversation, a Call."""

from datetime import date, datetime
from typing import cast

from sqlalchemy.orm import Session
from typing_extensions import override

from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from knowledge.search import Policies
from tools.creators.models import Creator
from tools.kernel.agent_tool import Call, Line
from tools.kernel.uploads import Upload
from tools.support import service as support


class NoSession:
    """Stands where a Call has no transaction yet: touching it fails."""


class NoPolicies:
    """Stands where a test needs no policy: touching it fails."""


class PackagedPolicies(Policies):
    """The packaged documents without an index: clauses by number are all that these tools ask for."""

    def __init__(self) -> None:  # pyright: ignore[reportMissingSuperCall] - the index is what this does without
        self._clauses = [clause for policy in read_policies(PACKAGED_POLICIES) for clause in policy.clauses]

    @override
    def clause(self, policy: str, clause: str, *, on: date) -> Clause | None:
        for item in self._clauses:
            if (item.policy, item.clause) == (policy, clause) and item.holds_on(on):
                return item
        return None


def a_creator(session: Session, handle: str, *, followers: int = 12_000) -> int:
    """Store an account and return its id."""
    creator = Creator(
        handle=handle,
        nickname=handle,
        category="美食",
        city="沈阳",
        joined_on=date(2021, 3, 1),
        followers=followers,
    )
    session.add(creator)
    session.flush()
    return creator.id


def an_open_conversation(session: Session, *, creator: int | None, now: datetime) -> int:
    """Begin a conversation in the terminal and return its id."""
    return support.conversation(
        session, channel="terminal", address=f"address-{creator}", thread="", creator=creator, now=now
    ).id


def a_call(
    *,
    creator: int | None,
    conversation: int,
    now: datetime,
    on: date,
    turn: str = "turn-1",
    transcript: tuple[Line, ...] = (),
    uploads: tuple[Upload, ...] = (),
) -> Call:
    """Return a Call without a session and policies; `dataclasses.replace` gives it those a test needs."""
    return Call(
        session=cast("Session", NoSession()),
        creator=creator,
        on=on,
        now=now,
        policies=cast("Policies", NoPolicies()),
        turn=turn,
        conversation_id=conversation,
        transcript=transcript,
        uploads=uploads,
    )
