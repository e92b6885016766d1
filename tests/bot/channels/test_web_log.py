"""What the web page reads from the store, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.channels import web_log
from bot.messages import Channel, Confirm, Outbound, Sender, outbound_body
from tests.bot.pictures.samples import CITIES, GAPS
from tools.creators import service as creators
from tools.creators.models import Creator
from tools.kernel.agent_tool import Attachment
from tools.kernel.db import Database
from tools.kernel.models import StoredProposal
from tools.kernel.proposals import ProposalState
from tools.support import service as support

ME, STRANGER = Sender(Channel.WEB, "my-token"), Sender(Channel.WEB, "a-strangers-token")

Answer = Callable[[Outbound], int]


@pytest.fixture
def creator(database: Database, now: datetime) -> int:
    """Return the creator for whom my session speaks."""
    with database.writing() as session:
        accounts = [_account(handle, now) for handle in ("xinren", "laotie")]
        session.add_all(accounts)
        session.flush()
        _link(session, ME, accounts[1].id, now)
        return accounts[1].id


@pytest.fixture
def conversation(database: Database, creator: int, now: datetime) -> int:
    """Return my conversation."""
    assert creator
    with database.writing() as session:
        return web_log.open_conversation(session, sender=ME, now=now)


@pytest.fixture
def answer(database: Database, conversation: int, now: datetime) -> Answer:
    """Return what puts an answer into my conversation."""

    def log(outbound: Outbound) -> int:
        with database.writing() as session:
            key = f"web:{outbound.text}"
            support.log_question(session, conversation_id=conversation, key=key, text="问", now=now)
            return support.log_answer(
                session,
                conversation_id=conversation,
                key=key,
                text=outbound.text,
                body=outbound_body(outbound),
                checkpoint=None,
                deliver=False,
                now=now,
            ).id

    return log


def _account(handle: str, now: datetime) -> Creator:
    return Creator(
        handle=handle,
        nickname=handle.upper(),
        category="美食",
        city="沈阳",
        joined_on=now.date(),
        followers=12_000,
    )


def _link(session: Session, sender: Sender, creator: int, now: datetime) -> None:
    creators.link_directly(
        session, channel=sender.channel, address=sender.address, creator_id=creator, now=now
    )


def _propose(session: Session, creator: int, conversation: int, now: datetime) -> None:
    session.add(
        StoredProposal(
            id="p1",
            creator_id=creator,
            conversation_id=conversation,
            turn="1:web:1",
            tool="rename",
            payload={},
            summary="改名",
            created_at=now,
            expires_at=now + timedelta(minutes=30),
        )
    )
    session.flush()


class TestNews:
    def test_is_what_came_after_the_last_line_shown(
        self, database: Database, conversation: int, answer: Answer, now: datetime
    ) -> None:
        answer(Outbound(text="一"))
        answer(Outbound(text="二"))

        with database.reading() as session:
            news = web_log.news(session, sender=ME, conversation_id=conversation, after=2, now=now)

        assert [said.message.text for said in news.said] == ["问", "二"]
        assert [said.outbound for said in news.said] == [None, Outbound(text="二")]

    def test_tells_whose_session_it_is_now(
        self, database: Database, conversation: int, creator: int, now: datetime
    ) -> None:
        with database.writing() as session:
            before = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)
            creators.unlink(session, channel=ME.channel, address=ME.address)
            after = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)

        assert (before.creator, after.creator) == (creator, None)

    def test_names_the_agents_messages_that_nobody_has_shown(
        self, database: Database, conversation: int, now: datetime
    ) -> None:
        with database.writing() as session:
            sent = support.append_agent_message(
                session, conversation_id=conversation, key="agent:1", text="在", body={"text": "在"}, now=now
            )
            first = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)
            web_log.mark_delivered(session, message_ids=first.undelivered, now=now)
            second = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)

        assert (first.undelivered, second.undelivered) == ((sent.id,), ())

    def test_says_how_each_proposal_stands(
        self, database: Database, conversation: int, creator: int, answer: Answer, now: datetime
    ) -> None:
        answer(Outbound(text="改吗？", confirm=Confirm("p1", "rename", "改名")))

        with database.writing() as session:
            _propose(session, creator, conversation, now)
            news = web_log.news(session, sender=ME, conversation_id=conversation, after=1, now=now)

        assert [said.decision for said in news.said] == [ProposalState.PENDING]


class TestAttached:
    def test_counts_the_charts_after_the_files(
        self, database: Database, creator: int, answer: Answer, now: datetime, tmp_path: Path
    ) -> None:
        file = tmp_path / "list.csv"
        file.write_bytes(b"1")
        message = answer(
            Outbound(text="图", attachments=(Attachment("file", str(file)),), charts=(GAPS, CITIES))
        )

        def found(sender: Sender, index: int) -> object:
            return web_log.attached(session, sender=sender, message_id=message, index=index)

        with database.writing() as session:
            mine = [found(ME, index) for index in range(4)]
            strangers = [found(STRANGER, index) for index in range(4)]
            _link(session, STRANGER, creator, now)
            same_account = found(STRANGER, 1)
            creators.unlink(session, channel=ME.channel, address=ME.address)
            unlinked = found(ME, 1)

        assert mine == [file, GAPS, CITIES, None]
        assert [*strangers, same_account, unlinked] == [None] * 6

    def test_is_only_for_the_session_and_the_account_that_got_it(
        self, database: Database, creator: int, answer: Answer, now: datetime, tmp_path: Path
    ) -> None:
        file = tmp_path / "curve.png"
        file.write_bytes(b"PNG")
        message = answer(Outbound(text="图", attachments=(Attachment("image", str(file)),)))

        def found(sender: Sender, index: int = 0) -> object:
            return web_log.attached(session, sender=sender, message_id=message, index=index)

        with database.writing() as session:
            mine, beyond, strangers = found(ME), found(ME, 1), found(STRANGER)
            _link(session, STRANGER, creator, now)
            same_account = found(STRANGER)
            creators.unlink(session, channel=ME.channel, address=ME.address)
            unlinked = found(ME)

        assert mine == file
        assert [beyond, strangers, same_account, unlinked] == [None] * 4

    def test_that_is_gone_is_none(self, database: Database, answer: Answer, tmp_path: Path) -> None:
        message = answer(Outbound(text="图", attachments=(Attachment("image", str(tmp_path / "no.png")),)))

        with database.reading() as session:
            assert web_log.attached(session, sender=ME, message_id=message, index=0) is None
            assert web_log.attached(session, sender=ME, message_id=message + 99, index=0) is None


class TestDemoAccounts:
    def test_begin_with_the_default_one(self, database: Database, creator: int) -> None:
        assert creator
        with database.reading() as session:
            assert [account.handle for account in web_log.demo_accounts(session)] == ["laotie", "xinren"]
