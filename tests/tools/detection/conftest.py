"""What the detection tests share: policies as packaged, two creators with works, and their calls."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from knowledge.search import Policies
from tests.calls import PackagedPolicies, a_call, a_creator, an_open_conversation
from tools.creators.models import Work
from tools.kernel.agent_tool import Call
from tools.kernel.db import Database


@dataclass(frozen=True)
class People:
    """An author with three original works and one that is none, an impostor with one, their conversations."""

    author: int
    impostor: int
    conversations: dict[int, int]


class CallOf(Protocol):
    """Returns a call of a creator inside a session."""

    def __call__(
        self, session: Session, creator: int, *, now: datetime | None = None, turn: str = "turn-1"
    ) -> Call: ...


def a_work(
    session: Session, creator: int, public_id: str, title: str, *, at: datetime, original: bool = True
) -> None:
    session.add(
        Work(
            public_id=public_id, creator_id=creator, title=title, kind="video", category="手工",
            published_at=at, duration_seconds=40, original=original,
        )
    )  # fmt: skip


@pytest.fixture
def people(database: Database, now: datetime) -> People:
    with database.writing() as session:
        author, impostor = a_creator(session, "yuanchuang"), a_creator(session, "fangmao")
        for days, public_id, title, original in (
            (9, "3xaaa1", "爷爷留下的刨子", True),
            (6, "3xaaa2", "三百块的旧门", True),
            (4, "3xaaa3", "转发的老电影", False),
            (2, "3xaaa4", "一块木头的一生", True),
        ):
            a_work(session, author, public_id, title, at=now - timedelta(days=days), original=original)
        a_work(session, impostor, "3xbbb1", "爷爷留下的刨子", at=now - timedelta(days=1))
        session.flush()
        conversations = {
            creator: an_open_conversation(session, creator=creator, now=now) for creator in (author, impostor)
        }
    return People(author, impostor, conversations)


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the packaged policies."""
    return PackagedPolicies()


@pytest.fixture
def call_of(policies: Policies, people: People, now: datetime, on: date) -> CallOf:
    """Return a maker of calls."""
    noon = now

    def make(session: Session, creator: int, *, now: datetime | None = None, turn: str = "turn-1") -> Call:
        moment = now or noon
        day = on + (moment.date() - noon.date())
        call = a_call(
            creator=creator, conversation=people.conversations[creator], now=moment, on=day, turn=turn
        )
        return replace(call, session=session, policies=policies)

    return make
