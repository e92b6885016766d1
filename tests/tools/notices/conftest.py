"""What the tests of notices share: an activity, and calls of a creator."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.calls import PackagedPolicies, a_call
from tools.kernel.agent_tool import Call, Line, Speaker
from tools.kernel.period import PLATFORM_ZONE
from tools.notices.models import Activity

Calling = Callable[..., Call]
POLICIES = PackagedPolicies()
DAY = timedelta(days=1)


@pytest.fixture
def call_of(now: datetime) -> Calling:
    """Return a maker of calls of a creator inside a session."""
    noon = now

    def make(session: Session, creator: int, *, now: datetime = noon, said: str = "") -> Call:
        transcript = (Line(Speaker.CREATOR, said),) if said else ()
        day = now.astimezone(PLATFORM_ZONE).date()
        call = a_call(creator=creator, conversation=1, now=now, on=day, transcript=transcript)
        return replace(call, session=session, policies=POLICIES)

    return make


def an_activity(
    session: Session,
    now: datetime,
    *,
    key: str = "HD-1",
    title: str = "夏日美食季",
    audience: str = "followers >= 10000",
    category: str | None = "美食",
    starts: timedelta = -DAY,
    ends: timedelta = 10 * DAY,
    until: timedelta = 5 * DAY,
) -> Activity:
    """Store an activity."""
    row = Activity(
        key=key,
        title=title,
        category=category,
        about="拍一道菜。",
        reward="流量券",
        policy="activity-notices-rules",
        clause="2.3",
        audience=audience,
        starts_at=now + starts,
        ends_at=now + ends,
        sign_up_by=now + until,
        imported_at=now + min(starts, -DAY),
    )
    session.add(row)
    session.flush()
    return row
