"""What the tests of the pre-publish check share: a creator with a conversation, calls, files as if they were sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from knowledge.search import Policies
from tests.calls import PackagedPolicies, a_call, a_creator, an_open_conversation
from tools.kernel import uploads
from tools.kernel.agent_tool import Call, Line, Speaker
from tools.kernel.db import Database
from tools.kernel.upload_files import Arrival
from tools.kernel.uploads import Upload


@dataclass(frozen=True)
class Author:
    """A creator and the conversation in which the draft is sent."""

    creator: int
    conversation: int


class CallOf(Protocol):
    """Returns a call of the author inside a session; `said` is the message that is answered."""

    def __call__(self, session: Session, *, said: str = "", sent: Sequence[Upload] = ()) -> Call: ...


class Sending(Protocol):
    """Returns the file as an upload of the author's."""

    def __call__(self, session: Session, path: Path) -> Upload: ...


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the packaged documents."""
    return PackagedPolicies()


@pytest.fixture
def author(database: Database, now: datetime) -> Author:
    """Store a creator with a conversation."""
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        return Author(creator, an_open_conversation(session, creator=creator, now=now))


@pytest.fixture
def call_of(author: Author, policies: Policies, now: datetime, on: date) -> CallOf:
    """Return what makes calls."""

    def make(session: Session, *, said: str = "", sent: Sequence[Upload] = ()) -> Call:
        call = a_call(
            creator=author.creator,
            conversation=author.conversation,
            now=now,
            on=on,
            transcript=(Line(Speaker.CREATOR, said),) if said else (),
            uploads=tuple(sent),
        )
        return replace(call, session=session, policies=policies)

    return make


@pytest.fixture
def send(author: Author, now: datetime, tmp_path: Path) -> Sending:
    """Return what stores a file as a channel does."""
    count = 0

    def store(session: Session, path: Path) -> Upload:
        nonlocal count
        count += 1
        arrival = Arrival(tmp_path / "home", name=path.name, limit_bytes=1 << 30)
        arrival.write(path.read_bytes())
        received = arrival.finish()
        assert received is not None, "a test sends no empty file"
        stored = uploads.attach(
            session,
            creator_id=author.creator,
            conversation_id=author.conversation,
            message_key=f"message-{count}",
            files=[received],
            now=now,
        )
        return stored[0]

    return store
