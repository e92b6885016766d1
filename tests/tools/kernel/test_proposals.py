import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calls import a_call, a_creator, an_open_conversation
from tools.creators.models import Creator
from tools.kernel import proposals
from tools.kernel.agent_tool import AgentTool, Call, Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.errors import Refusal
from tools.kernel.invariants import executed_without_result


def rename(call: Call, *, nickname: str) -> Proposal:
    """Change the creator's nickname."""
    return Proposal(summary=f"把昵称改成 {nickname}", payload={"nickname": nickname})


def commit_rename(call: Call, payload: Mapping[str, object]) -> Reply:
    creator = call.session.get_one(Creator, call.creator_id)
    creator.nickname = f"{creator.nickname}+{payload['nickname']}"
    return Reply(text=f"改好了：{creator.nickname}", facts={"nickname": creator.nickname})


RENAME = AgentTool(rename, asks=(), commit=commit_rename)
TOOLS = {RENAME.name: RENAME}


@pytest.fixture
def call(database: Database, now: datetime, on: date) -> Call:
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        conversation = an_open_conversation(session, creator=creator, now=now)
    return a_call(creator=creator, conversation=conversation, now=now, on=on)


def propose(session: Session, call: Call, nickname: str = "新名") -> str:
    call = replace(call, session=session)
    made = rename(call, nickname=nickname)
    stored = proposals.propose(call, RENAME, made)
    assert stored is not None
    return stored.id


def nickname(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(Creator.nickname).where(Creator.handle == "laotie")).one()


class TestPropose:
    def test_changes_nothing_yet(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            propose(session, call)

        assert nickname(database) == "laotie"

    def test_gives_the_same_proposal_when_the_turn_is_repeated(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            first = propose(session, call)
        with database.writing() as session:
            second = propose(session, call)

        assert first == second

    def test_offers_one_change_a_turn(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            propose(session, call)
            again = replace(call, session=session)

            assert proposals.propose(again, RENAME, rename(again, nickname="另一个")) is None


class TestConfirm:
    def test_executes_once_however_often_it_is_pressed(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)

        answers: list[Reply] = []
        for _ in range(3):
            with database.writing() as session:
                answers.append(proposals.confirm(replace(call, session=session), proposal, tools=TOOLS))

        assert answers == [Reply(text="改好了：laotie+新名", facts={"nickname": "laotie+新名"})] * 3
        assert nickname(database) == "laotie+新名"

    def test_executes_once_when_pressed_by_many_at_the_same_moment(
        self, database: Database, call: Call
    ) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
        barrier = threading.Barrier(4)

        def press() -> None:
            barrier.wait()
            with database.writing() as session:
                proposals.confirm(replace(call, session=session), proposal, tools=TOOLS)

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert nickname(database) == "laotie+新名"

    def test_looks_unknown_to_everybody_else(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
            stranger = a_creator(session, "stranger")

        for other in (stranger, None):
            with database.writing() as session, pytest.raises(proposals.ProposalUnknown):
                proposals.confirm(replace(call, session=session, creator=other), proposal, tools=TOOLS)
        assert nickname(database) == "laotie"

    @pytest.mark.parametrize("proposal", ["", "0" * 16, "' OR 1=1 --", "x" * 10_000])
    def test_knows_no_other_ids(self, database: Database, call: Call, proposal: str) -> None:
        with database.writing() as session, pytest.raises(proposals.ProposalUnknown):
            proposals.confirm(replace(call, session=session), proposal, tools=TOOLS)

    def test_is_too_late_after_half_an_hour(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
        late = replace(call, now=call.now + timedelta(minutes=30))

        with database.writing() as session, pytest.raises(proposals.ProposalExpired):
            proposals.confirm(replace(late, session=session), proposal, tools=TOOLS)
        assert nickname(database) == "laotie"

    def test_undoes_a_commit_that_was_refused_half_way(self, database: Database, call: Call) -> None:
        class TooLong(Refusal):
            template = "昵称太长了"

        def commit_then_refuse(call: Call, payload: Mapping[str, object]) -> Reply:
            commit_rename(call, payload)
            call.session.flush()
            raise TooLong

        refusing = {RENAME.name: replace(RENAME, commit=commit_then_refuse)}
        with database.writing() as session:
            proposal = propose(session, call)

        def press() -> None:
            with database.writing() as session:
                proposals.confirm(replace(call, session=session), proposal, tools=refusing)

        with pytest.raises(TooLong):
            press()
        assert nickname(database) == "laotie"


class TestDecline:
    def test_makes_a_later_confirmation_impossible(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
        with database.writing() as session:
            proposals.decline(replace(call, session=session), proposal)

        with database.writing() as session, pytest.raises(proposals.ProposalDeclined):
            proposals.confirm(replace(call, session=session), proposal, tools=TOOLS)
        assert nickname(database) == "laotie"

    def test_says_that_an_executed_change_stays(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
            proposals.confirm(replace(call, session=session), proposal, tools=TOOLS)

        with database.writing() as session:
            reply = proposals.decline(replace(call, session=session), proposal)

        assert "已经执行过" in reply.text
        assert nickname(database) == "laotie+新名"


class TestExecutedWithoutResult:
    def test_finds_nothing_after_normal_use(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
            proposals.confirm(replace(call, session=session), proposal, tools=TOOLS)

        with database.reading() as session:
            assert list(executed_without_result(session)) == []

    def test_names_a_row_whose_result_was_lost(self, database: Database, call: Call) -> None:
        with database.writing() as session:
            proposal = propose(session, call)
            proposals.confirm(replace(call, session=session), proposal, tools=TOOLS)
            session.get_one(proposals.StoredProposal, proposal).result = None

        with database.reading() as session:
            (line,) = executed_without_result(session)
        assert proposal in line
