import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.calls import a_creator
from tests.desk import an_agent
from tools.creators import service as creators
from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.db import Database
from tools.notices import service as notices
from tools.notices.topics import Topic
from tools.support import cases, desk, service
from tools.support.notices import deliver_notices

ROOT = Path(__file__).parents[3]


@pytest.fixture
def creator(database: Database) -> int:
    with database.writing() as session:
        return a_creator(session, "laotie")


def chat(
    database: Database, creator: int, now: datetime, *, channel: str = "telegram", address: str = "7"
) -> int:
    """Link a chat, and return its conversation."""
    with database.writing() as session:
        creators.link_directly(session, channel=channel, address=address, creator_id=creator, now=now)
        return service.conversation(
            session, channel=channel, address=address, thread="", creator=creator, now=now
        ).id


def left(
    database: Database, creator: int, now: datetime, *, key: str = "k", topic: Topic = Topic.CHECK
) -> None:
    with database.writing() as session:
        notices.leave(
            session,
            creator_id=creator,
            topic=topic,
            text=f"好了 {key}",
            dedupe_key=key,
            now=now,
            attachments=(Attachment("image", "/evidence.png"),),
            buttons=(Button("看结果", "上次检查的结果"),),
        )


def said(database: Database, conversation: int) -> list[str]:
    with database.reading() as session:
        return [message.text for message in service.messages(session, conversation_id=conversation)]


def unsent(database: Database) -> int:
    with database.reading() as session:
        return len(notices.unsent(session))


class TestDeliverNotices:
    def test_puts_each_into_every_linked_chat_once(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        here, web = (
            chat(database, creator, now),
            chat(database, creator, now, channel="web", address="token"),
        )
        left(database, creator, now)

        for _ in range(2):
            deliver_notices(database, now)

        assert said(database, here) == said(database, web) == ["好了 k"]
        assert unsent(database) == 0
        with database.reading() as session:
            (waiting,) = service.undelivered(session, channel="telegram", address="7")
        assert waiting.body == {
            "text": "好了 k",
            "attachments": [{"kind": "image", "path": "/evidence.png"}],
            "buttons": [{"label": "看结果", "send": "上次检查的结果"}],
        }

    def test_leaves_those_that_nobody_can_hear_waiting(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        with database.writing() as session:
            other = a_creator(session, "other")
            terminal = service.conversation(
                session, channel="terminal", address="laotie", thread="", creator=creator, now=now
            ).id
        gone = chat(database, creator, now, address="8")
        moved = chat(database, creator, now, address="9")
        chat(database, other, now, address="9")
        with database.writing() as session:
            creators.unlink(session, channel="telegram", address="8")
        left(database, creator, now)

        deliver_notices(database, now)
        before = [said(database, one) for one in (terminal, gone, moved)]
        chat(database, creator, now, address="8")
        deliver_notices(database, now + timedelta(minutes=10))

        assert before == [[], [], []]
        assert said(database, gone) == ["好了 k"]

    def test_pushes_nothing_that_is_older_than_the_chat(
        self, database: Database, creator: int, now: datetime
    ) -> None:
        left(database, creator, now - timedelta(seconds=1), key="old")
        here = chat(database, creator, now)
        left(database, creator, now, key="new")

        deliver_notices(database, now)

        assert said(database, here) == ["好了 new"]

    def test_waits_while_a_support_agent_speaks_except_about_the_case(
        self, database: Database, creator: int, now: datetime, on: date
    ) -> None:
        here = chat(database, creator, now)
        with database.writing() as session:
            lin = an_agent(session, "lin", now=now)
            case = cases.open_case(
                session, creator_id=creator, conversation_id=here, reason="x", on=on, now=now
            ).number
        left(database, creator, now, key="queued")
        deliver_notices(database, now)
        with database.writing() as session:
            desk.say(session, agent=lin, number=case, text="在", key="1", now=now)
        left(database, creator, now, key="held")
        left(database, creator, now, key="about", topic=Topic.CASE)

        deliver_notices(database, now)
        meanwhile = said(database, here)
        with database.writing() as session:
            desk.resolve(session, agent=lin, number=case, now=now)
        deliver_notices(database, now)

        assert meanwhile == ["好了 queued", "在", "好了 about"]
        assert said(database, here)[-1] == "好了 held"

    def test_goes_beyond_what_has_to_wait(self, database: Database, creator: int, now: datetime) -> None:
        chat(database, creator, now, address="8")
        with database.writing() as session:
            creators.unlink(session, channel="telegram", address="8")
            other = a_creator(session, "other")
        for number in range(101):
            left(database, creator, now, key=f"waits {number}")
        here = chat(database, other, now)
        left(database, other, now)

        deliver_notices(database, now)

        assert said(database, here) == ["好了 k"]

    def test_by_many_at_once_says_each_once(self, database: Database, creator: int, now: datetime) -> None:
        here = chat(database, creator, now)
        keys = [f"{number}" for number in range(12)]
        for key in keys:
            left(database, creator, now, key=key)

        with ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(deliver_notices, database, now) for _ in range(4)]:
                done.result()

        assert sorted(said(database, here)) == sorted(f"好了 {key}" for key in keys)

    @pytest.mark.parametrize("when", ["before_commit", "after_commit"])
    def test_says_each_once_through_a_kill(
        self, database: Database, creator: int, now: datetime, when: str
    ) -> None:
        here = chat(database, creator, now)
        for key in "123":
            left(database, creator, now, key=key)
        url = database.engine.url.render_as_string(hide_password=False)

        for commit in (1, 2):
            died = subprocess.run(
                [sys.executable, "-c", _DIES, url, now.isoformat(), when, str(commit)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                check=False,
            )
            assert died.returncode == -signal.SIGKILL
        deliver_notices(database, now)

        assert sorted(said(database, here)) == ["好了 1", "好了 2", "好了 3"]
        assert unsent(database) == 0


_DIES = """
import os, signal, sys
from datetime import date, datetime, timedelta
from itertools import count
from sqlalchemy import event
from sqlalchemy.orm import Session
import tools.schema
from tools.kernel.db import open_database
from tools.support.notices import deliver_notices

url, now, when, number = sys.argv[1:]
commits = count(1)

def die(session):
    if not session.in_nested_transaction() and next(commits) == int(number):
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Session, when, die)
deliver_notices(open_database(url), datetime.fromisoformat(now))
"""
