from datetime import datetime, timedelta

from sqlalchemy import func, select

from tests.calls import a_creator
from tools.creators import jobs, service
from tools.creators.models import LinkAttempt, LinkCode
from tools.kernel.db import Database


class TestForgetLinkCodes:
    def test_deletes_what_ended_days_ago_and_keeps_the_rest(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            for handle, at in (("old", now - timedelta(days=3)), ("new", now)):
                service.issue_link_code(session, creator_id=a_creator(session, handle), now=at)
                service.redeem_link_code(session, channel="telegram", address=handle, code="AAAA", now=at)

        jobs.forget_link_codes(database, now)

        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(LinkCode)) == 1
            assert session.scalars(select(LinkAttempt.address)).all() == ["new"]
