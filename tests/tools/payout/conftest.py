"""What the payout tests share: policies as packaged, and calls of a creator."""

from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from knowledge.search import Policies
from tests.calls import PackagedPolicies, a_call
from tools.kernel.agent_tool import Call


class CallOf(Protocol):
    """Returns a call of a creator inside a session."""

    def __call__(self, session: Session, creator: int, *, on: date | None = None) -> Call: ...


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return the packaged policies."""
    return PackagedPolicies()


@pytest.fixture
def call_of(policies: Policies, now: datetime, on: date) -> CallOf:
    """Return a maker of calls."""
    today = on

    def make(session: Session, creator: int, *, on: date | None = None) -> Call:
        call = a_call(creator=creator, conversation=1, now=now, on=on or today)
        return replace(call, session=session, policies=policies)

    return make
