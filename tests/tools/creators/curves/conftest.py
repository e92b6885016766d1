"""Works that logs of these tests name."""

from datetime import datetime

import pytest

from tests.calls import a_creator
from tests.tools.creators.curves.logs_of_tests import DURATIONS
from tools.creators.models import Work
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE


@pytest.fixture
def works(database: Database) -> Database:
    """Return the database with the works of the logs in it."""
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        for work_id, duration in DURATIONS.items():
            session.add(
                Work(
                    id=work_id,
                    public_id=f"w{work_id}",
                    creator_id=creator,
                    title=f"第 {work_id} 条",
                    kind="video",
                    category="美食",
                    published_at=datetime(2022, 8, 10, 18, tzinfo=PLATFORM_ZONE),
                    duration_seconds=duration,
                )
            )
    return database
