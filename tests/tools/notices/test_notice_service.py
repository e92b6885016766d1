from datetime import datetime

import pytest

from tests.calls import a_creator
from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.db import Database
from tools.notices import service as notices
from tools.notices.topics import Topic


@pytest.fixture
def creator(database: Database) -> int:
    with database.writing() as session:
        return a_creator(session, "laotie")


class TestLeave:
    def test_leaves_words_once_for_a_key(self, database: Database, creator: int, now: datetime) -> None:
        with database.writing() as session:
            new = [
                notices.leave(
                    session, creator_id=creator, topic=Topic.REPORT, text=text, dedupe_key="a", now=now
                )
                for text in ("first", "second")
            ]

        with database.reading() as session:
            assert [notice.text for notice in notices.unsent(session)] == ["first"]
        assert new == [True, False]

    def test_keeps_pictures_buttons_and_facts(self, database: Database, creator: int, now: datetime) -> None:
        picture, button = Attachment("image", "evidence/a.png"), Button("申诉", "我要申诉")
        with database.writing() as session:
            notices.leave(
                session,
                creator_id=creator,
                topic=Topic.REPORT,
                text="你的举报有结果了。",
                dedupe_key="a",
                now=now,
                facts={"number": "QQ20220815-0001"},
                attachments=[picture],
                buttons=[button],
            )

        with database.reading() as session:
            [notice] = notices.newest(session, creator_id=creator)
        assert (notice.attachments, notice.buttons) == ((picture,), (button,))
        assert notice.facts == {"number": "QQ20220815-0001"}
        assert notice.created_at == now


class TestClaim:
    def test_gives_a_notice_to_one_deliverer(self, database: Database, creator: int, now: datetime) -> None:
        with database.writing() as session:
            notices.leave(session, creator_id=creator, topic=Topic.REPORT, text="hi", dedupe_key="a", now=now)
        [notice] = self.unsent(database)
        claims: list[bool] = []
        for _ in range(2):
            with database.writing() as session:
                claims.append(notices.claim(session, notice=notice, now=now))

        assert claims == [True, False]
        assert self.unsent(database) == []

    def unsent(self, database: Database) -> list[int]:
        with database.reading() as session:
            return [notice.id for notice in notices.unsent(session)]
