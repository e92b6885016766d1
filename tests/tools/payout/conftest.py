"""What the payout tests share: policies as packaged, and calls of a creator."""

from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

import pytest
from sqlalchemy.orm import Session
from typing_extensions import override

from knowledge.read import PACKAGED_POLICIES, Clause, read_policies
from knowledge.search import Policies
from tests.calls import a_call
from tools.kernel.agent_tool import Call


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
