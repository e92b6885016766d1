"""What the commerce tests share: policies as packaged, and calls of a creator."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from knowledge.search import Policies
from tests.calls import PackagedPolicies, a_call
from tools.kernel.agent_tool import Call, Line, Speaker
from tools.kernel.db import Database, open_database
from tools.kernel.period import PLATFORM_ZONE


class CallOf(Protocol):
    """Returns a call of a creator inside a session, at a moment, with what they said last."""

    def __call__(
        self, session: Session, creator: int, *, now: datetime | None = None, said: str = ""
    ) -> Call: ...


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the packaged policies."""
    return PackagedPolicies()


@pytest.fixture
def call_of(policies: Policies, now: datetime) -> CallOf:
    """Return a maker of calls."""
    noon = now

    def make(session: Session, creator: int, *, now: datetime | None = None, said: str = "") -> Call:
        moment = now or noon
        day = moment.astimezone(PLATFORM_ZONE).date()
        transcript = (Line(Speaker.CREATOR, said),) if said else ()
        call = a_call(creator=creator, conversation=1, now=moment, on=day, transcript=transcript)
        return replace(call, session=session, policies=policies)

    return make


@pytest.fixture
def fresh(empty_sqlite: Path, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Yield a maker of new empty databases: one for each of hypothesis's examples."""
    opened: list[Database] = []

    def make() -> Database:
        for database in opened:
            database.close()
        path = tmp_path / f"fresh-{len(opened)}.sqlite"
        shutil.copy(empty_sqlite, path)
        opened.append(open_database(f"sqlite:///{path}", files=tmp_path))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
