"""What the web page reads from the store, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.channels import web_log
from bot.messages import Channel, Confirm, Outbound, Sender, outbound_body
from tests.bot.pictures.samples import CITIES, GAPS
from tests.desk import an_agent
from tools.creators import service as creators
from tools.creators.models import Creator
from tools.kernel.agent_tool import Attachment
from tools.kernel.db import Database
from tools.kernel.models import StoredProposal
from tools.kernel.proposals import ProposalState
from tools.support import cases, desk
from tools.support import service as support
from tools.support.agents import Agent

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


def _a_case(session: Session, creator: int, conversation: int, now: datetime) -> tuple[Agent, str]:
    """Open a case of this conversation, and return it with somebody who may take it."""
    agent = an_agent(session, "周", now=now)
    support.log_question(session, conversation_id=conversation, key="hand-over", text="转人工", now=now)
    case = cases.open_case(
        session, creator_id=creator, conversation_id=conversation, reason="找人", on=now.date(), now=now
    )
    return agent, case.number


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
        self, database: Database, conversation: int, creator: int, now: datetime
    ) -> None:
        with database.writing() as session:
            agent, number = _a_case(session, creator, conversation, now)
            sent = desk.say(session, agent=agent, number=number, text="在", key="1", now=now)
            first = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)
            web_log.mark_shown(session, news=first, now=now)
            second = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)

        assert (sent.message_id in first.undelivered, second.undelivered) == (True, ())

    def test_brings_what_an_agent_changed_until_it_was_shown(
        self, database: Database, conversation: int, creator: int, now: datetime
    ) -> None:
        def news(after: int) -> web_log.News:
            return web_log.news(session, sender=ME, conversation_id=conversation, after=after, now=now)

        with database.writing() as session:
            agent, number = _a_case(session, creator, conversation, now)
            said = desk.say(session, agent=agent, number=number, text="在", key="1", now=now)
            shown = news(0)
            web_log.mark_shown(session, news=shown, now=now)
            last = shown.said[-1].message.sequence
            before = news(last)
            desk.edit(
                session, agent=agent, number=number, message_id=said.message_id, text="在的", key="2", now=now
            )
            edited = news(last)
            desk.delete(session, agent=agent, number=number, message_id=said.message_id, key="3", now=now)
            deleted = news(last)
            web_log.mark_shown(session, news=deleted, now=now)
            after = news(last)

        assert (before.changed, before.changes) == ((), ())
        assert [one.outbound and one.outbound.text for one in edited.changed] == ["【1V1 客服 小周】在的"]
        assert [one.outbound and one.outbound.text for one in deleted.changed] == ["客服撤回了这条消息。"]
        assert (len(deleted.changes), after.changes) == (2, ())

    def test_begins_with_a_page_and_offers_those_before(
        self, database: Database, conversation: int, answer: Answer, now: datetime
    ) -> None:
        for number in range(web_log.PAGE_LINES):
            answer(Outbound(text=f"{number}"))

        with database.reading() as session:
            first = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=now)
            start = first.said[0].message.sequence
            older = web_log.older(session, sender=ME, conversation_id=conversation, before=start, now=now)
            oldest = web_log.older(session, sender=ME, conversation_id=conversation, before=1, now=now)

        assert [one.message.sequence for one in (*older, *first.said)] == list(
            range(1, 2 * web_log.PAGE_LINES + 1)
        )
        assert oldest == ()

    def test_says_how_each_proposal_stands(
        self, database: Database, conversation: int, creator: int, answer: Answer, now: datetime
    ) -> None:
        answer(Outbound(text="改吗？", confirm=Confirm("p1", "rename", "改名")))

        with database.writing() as session:
            _propose(session, creator, conversation, now)
            news = web_log.news(session, sender=ME, conversation_id=conversation, after=1, now=now)

        assert [said.decision for said in news.said] == [ProposalState.PENDING]


class TestStanding:
    def test_follows_the_case_until_it_is_rated(
        self, database: Database, conversation: int, creator: int, now: datetime
    ) -> None:
        def standing(at: datetime = now) -> web_log.Standing | None:
            found = web_log.news(session, sender=ME, conversation_id=conversation, after=0, now=at)
            return found.standing

        with database.writing() as session:
            none = standing()
            agent, number = _a_case(session, creator, conversation, now)
            queued = standing()
            desk.take(session, agent=agent, number=number, now=now)
            taken = standing()
            desk.say(session, agent=agent, number=number, text="好了", key="1", now=now)
            desk.resolve(session, agent=agent, number=number, now=now)
            resolved, late = standing(), standing(now + timedelta(days=8))
            cases.rate(session, creator_id=creator, number=number, stars=4, now=now)
            rated = standing()

        assert (none, late, rated) == (None, None, None)
        assert queued
        assert taken
        assert resolved
        assert ("第 1 位" in queued.words, queued.is_open, queued.is_to_rate) == (True, True, False)
        assert ("小周" in taken.words, taken.is_open) == (True, True)
        assert (resolved.number, resolved.is_open, resolved.is_to_rate) == (number, False, True)

    def test_of_one_conversation_is_not_shown_in_another(
        self, database: Database, conversation: int, creator: int, now: datetime
    ) -> None:
        with database.writing() as session:
            _link(session, STRANGER, creator, now)
            other = web_log.open_conversation(session, sender=STRANGER, now=now)
            _a_case(session, creator, conversation, now)

            found = web_log.news(session, sender=STRANGER, conversation_id=other, after=0, now=now)

        assert found.standing is None


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
