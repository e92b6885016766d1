import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.desk import a_case, an_agent
from tools.kernel.agent_tool import Attachment, Speaker
from tools.kernel.db import Database
from tools.support import agents, changes, desk, desk_aids, desk_views, service, trail, views
from tools.support.agents import Agent, Role
from tools.support.boxes import Box
from tools.support.cases import creator_spoke
from tools.support.changes import ChangeKind
from tools.support.clocks import Promise
from tools.support.desk_refusals import (
    AnswerFirst,
    BadWords,
    HeldByOther,
    NobodyThere,
    NotChangeable,
    NotYours,
)
from tools.support.escalation import Reason
from tools.support.states import CaseState
from tools.support.steps import WrongStep
from tools.support.trail import DeskAction
from tools.support.views import CaseView

HOUR = timedelta(hours=1)


@pytest.fixture
def case(database: Database, now: datetime, on: date) -> CaseView:
    return a_case(database, "laotie", now=now, on=on, channel="telegram")


@pytest.fixture
def lin(database: Database, now: datetime) -> Agent:
    with database.writing() as session:
        return an_agent(session, "lin", now=now)


@pytest.fixture
def wang(database: Database, now: datetime) -> Agent:
    with database.writing() as session:
        return an_agent(session, "wang", now=now)


@pytest.fixture
def lead(database: Database, now: datetime) -> Agent:
    with database.writing() as session:
        return an_agent(session, "zhao", now=now, roles=[Role.LEAD])


def said_to_creator(database: Database, case: CaseView) -> list[str]:
    with database.reading() as session:
        return [
            message.text
            for message in service.messages(session, conversation_id=case.conversation_id)
            if message.speaker is not Speaker.CREATOR
        ]


class TestTake:
    def test_is_won_by_one_of_many_and_told_to_the_others(
        self, database: Database, case: CaseView, now: datetime
    ) -> None:
        with database.writing() as session:
            people = [an_agent(session, f"p{place}", now=now) for place in range(4)]
        barrier, won, told = threading.Barrier(len(people)), list[str](), list[str]()

        def run(agent: Agent) -> None:
            barrier.wait()
            try:
                with database.writing() as session:
                    desk.take(session, agent=agent, number=case.number, now=now)
                won.append(agent.name)
            except HeldByOther as refusal:
                told.append(str(refusal))

        threads = [threading.Thread(target=run, args=(agent,)) for agent in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(won) == 1
        assert told == [f"工单 {case.number} 已经由{won[0]}处理。"] * 3

    def test_tells_the_creator_who_has_come_once(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        for _ in range(2):
            with database.writing() as session:
                desk.take(session, agent=lin, number=case.number, now=now)

        with database.reading() as session:
            taken = views.case(session, number=case.number)
        assert (taken.state, taken.holder) == (CaseState.ASSIGNED, lin)
        assert said_to_creator(database, case) == [
            "1V1 客服小lin已接入，聊天记录都看得到，接下来由小lin为你处理。"
        ]


class TestSay:
    def test_takes_the_case_and_says_the_same_key_once(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        for _ in range(2):
            with database.writing() as session:
                desk.say(session, agent=lin, number=case.number, text=" 我来看看 ", key="a", now=now)

        with database.reading() as session:
            assert views.case(session, number=case.number).holder == lin
            (waiting,) = service.undelivered(session, channel="telegram")
        assert waiting.body["text"] == "【1V1 客服 小lin】我来看看"
        assert (waiting.speaker, waiting.body["case"]) == (Speaker.AGENT, case.number)

    def test_is_refused_to_a_second_person(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            desk.say(session, agent=lin, number=case.number, text="在", key="a", now=now)

        with database.writing() as session, pytest.raises(HeldByOther, match="小lin"):
            desk.say(session, agent=wang, number=case.number, text="我来", key="b", now=now)
        assert said_to_creator(database, case) == ["在"]

    @pytest.mark.parametrize("text", ["", "  \n", "\x00\x07", "长" * 2_001])
    def test_is_never_nothing_and_never_endless(
        self, database: Database, case: CaseView, lin: Agent, now: datetime, text: str
    ) -> None:
        with database.writing() as session, pytest.raises(BadWords):
            desk.say(session, agent=lin, number=case.number, text=text, key="a", now=now)

        with database.reading() as session:
            assert views.case(session, number=case.number).state is CaseState.QUEUED

    def test_repeats_itself_even_after_the_end_and_says_nothing_new(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            first = desk.say(session, agent=lin, number=case.number, text="好了", key="a", now=now)
            desk.resolve(session, agent=lin, number=case.number, now=now)

            again = desk.say(session, agent=lin, number=case.number, text="好了", key="a", now=now)

            assert again.message_id == first.message_id
            with pytest.raises(WrongStep):
                desk.say(session, agent=lin, number=case.number, text="还有", key="b", now=now)


class TestEdit:
    def said(self, session: Session, case: CaseView, agent: Agent, now: datetime) -> int:
        files = (Attachment("image", "/a.png"),)
        return desk.say(
            session, agent=agent, number=case.number, text="旧", key="a", now=now, files=files
        ).message_id

    def test_reaches_the_channel_that_has_sent_the_words(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            message = self.said(session, case, lin, now)
            service.mark_delivered(session, message_id=message, now=now, names=["77", "78"])
        for _ in range(2):
            with database.writing() as session:
                desk.edit(
                    session, agent=lin, number=case.number, message_id=message, text="新", key="e", now=now
                )

        with database.writing() as session:
            (change,) = changes.pending_changes(session, channel="telegram")
            changes.mark_change_applied(session, change_id=change.change_id, now=now)
            assert changes.pending_changes(session, channel="telegram") == []
        assert (change.kind, change.names) == (ChangeKind.EDIT, ("77", "78"))
        assert change.body["text"] == "【1V1 客服 小lin】新"
        assert change.body["attachments"] == [{"kind": "image", "path": "/a.png"}]

    def test_of_words_that_wait_is_sent_as_it_is_now(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            message = self.said(session, case, lin, now)
            desk.edit(session, agent=lin, number=case.number, message_id=message, text="新", key="e", now=now)

            (waiting,) = service.undelivered(session, channel="telegram")
            assert waiting.body["text"] == "【1V1 客服 小lin】新"
            assert changes.pending_changes(session, channel="telegram") == []
            desk.delete(session, agent=lin, number=case.number, message_id=message, key="d", now=now)
            assert service.undelivered(session, channel="telegram") == []
            assert service.transcript(session, conversation_id=case.conversation_id) == ()

    def test_is_for_ones_own_words_in_ones_own_case_for_two_days(
        self, database: Database, case: CaseView, lin: Agent, lead: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            message = self.said(session, case, lin, now)
            tries = [
                (lead, message, now),
                (lin, message + 1, now),
                (lin, message, now + timedelta(hours=49)),
            ]
            for agent, which, at in tries:
                with pytest.raises(NotChangeable):
                    desk.edit(
                        session, agent=agent, number=case.number, message_id=which, text="改", key="e", now=at
                    )
            desk.release(session, agent=lin, number=case.number, now=now)
            with pytest.raises(NotChangeable):
                desk.delete(session, agent=lin, number=case.number, message_id=message, key="d", now=now)


class TestNote:
    def test_is_never_said_to_the_creator(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, now: datetime
    ) -> None:
        for _ in range(2):
            with database.writing() as session:
                desk.note(session, agent=wang, number=case.number, text="他很急", key="n", now=now)

        assert said_to_creator(database, case) == []
        with database.writing() as session:
            (line,) = desk_views.thread(session, agent=lin, number=case.number)
        assert (line.private, line.agent_name, line.text) == (True, "小wang", "他很急")


class TestWaitForCreator:
    def test_rests_the_clocks_until_the_creator_speaks(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            with pytest.raises(NotYours):
                desk.wait_for_creator(session, agent=lin, number=case.number, now=now)
            desk.take(session, agent=lin, number=case.number, now=now)
            with pytest.raises(AnswerFirst):
                desk.wait_for_creator(session, agent=lin, number=case.number, now=now)
            desk.say(session, agent=lin, number=case.number, text="请发截图", key="a", now=now)
            desk.wait_for_creator(session, agent=lin, number=case.number, now=now + HOUR)
            resting = views.clock_views(session, number=case.number, now=now + 5 * HOUR)
            creator_spoke(session, conversation_id=case.conversation_id, now=now + 5 * HOUR)
            running = views.clock_views(session, number=case.number, now=now + 6 * HOUR)

        assert [(one.promise, one.paused, one.spent) for one in resting] == [
            (Promise.FIRST_REPLY, False, timedelta(0)),
            (Promise.RESOLUTION, True, HOUR),
        ]
        assert [(one.promise, one.paused, one.spent) for one in running[1:]] == [
            (Promise.RESOLUTION, False, 2 * HOUR),
            (Promise.NEXT_REPLY, False, HOUR),
        ]
        assert running[2].breached


class TestRelease:
    def test_keeps_the_creators_place_and_offers_it_to_somebody_else(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, now: datetime, on: date
    ) -> None:
        later = a_case(database, "xinren", now=now + HOUR, on=on)
        with database.writing() as session:
            desk.take(session, agent=lin, number=case.number, now=now)
            released = desk.release(session, agent=lin, number=case.number, now=now + 2 * HOUR)

            assert (released.state, released.holder) == (CaseState.QUEUED, None)
            assert released.routed_to == wang
            assert views.place_in_queue(session, number=case.number) == 0
            assert views.place_in_queue(session, number=later.number) == 1
        assert "放回队列" in said_to_creator(database, case)[-1]

    def test_is_for_the_holder_or_a_lead(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, lead: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            desk.take(session, agent=lin, number=case.number, now=now)
            for deed in (desk.release, desk.resolve, desk.wait_for_creator):
                with pytest.raises(NotYours):
                    deed(session, agent=wang, number=case.number, now=now)

            assert desk.release(session, agent=lead, number=case.number, now=now).holder is None


class TestTransfer:
    def test_hands_the_word_to_another_person(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            desk.take(session, agent=lin, number=case.number, now=now)
            moved = desk.transfer(session, agent=lin, number=case.number, to="wang", now=now, why="他懂结算")

            assert moved.holder == wang
            with pytest.raises(HeldByOther):
                desk.say(session, agent=lin, number=case.number, text="还有", key="b", now=now)
        assert said_to_creator(database, case)[-1].startswith("你的工单已转给 1V1 客服小wang")

    def test_finds_only_people_who_may_have_cases(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            an_agent(session, "qin", now=now, roles=[Role.REVIEWER])
            gone = an_agent(session, "gone", now=now)
            agents.disable(session, login=gone.login, now=now)
            desk.take(session, agent=lin, number=case.number, now=now)
            for login in ("qin", "gone", "nobody", ""):
                with pytest.raises(NobodyThere):
                    desk.transfer(session, agent=lin, number=case.number, to=login, now=now)
            with pytest.raises(NobodyThere):
                desk.transfer_team(session, agent=lin, number=case.number, team="没有这组", now=now)

    def test_to_a_team_waits_in_its_queue(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            expert = an_agent(session, "wen", now=now, team="专员组")
            desk.take(session, agent=lin, number=case.number, now=now)

            moved = desk.transfer_team(session, agent=lin, number=case.number, team="专员组", now=now)

        assert (moved.state, moved.team, moved.routed_to) == (CaseState.QUEUED, "专员组", expert)


class TestResolve:
    def test_begins_a_fresh_context_and_stops_every_clock(
        self, database: Database, case: CaseView, lin: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            desk.say(session, agent=lin, number=case.number, text="好了", key="a", now=now)
            desk.resolve(session, agent=lin, number=case.number, now=now + HOUR)

            talk = service.conversation(
                session,
                channel="telegram",
                address="laotie",
                thread="",
                creator=case.creator_id,
                now=now,
            )
            clocks = views.clock_views(session, number=case.number, now=now + 100 * HOUR)
            assert (talk.epoch, talk.checkpoint) == (1, None)
            assert [one.stopped_at for one in clocks] == [now, now + HOUR]
            assert [one.spent for one in clocks] == [timedelta(0), HOUR]
            assert service.heard(session, conversation_id=case.conversation_id) == []


class TestCard:
    def test_tells_all_that_a_person_needs(
        self, database: Database, lin: Agent, now: datetime, on: date
    ) -> None:
        case = a_case(database, "mingxing", now=now, on=on, kind=Reason.MONEY, reason="少结了 20 元")
        with database.writing() as session:
            answer = {
                "text": "本月收入 100 元。",
                "calls": [{"tool": "earnings_and_payouts", "args": {"period": "this_month"}}],
                "citations": [{"policy": "p", "clause": "1.1", "title": "提现规则", "quote": "……"}],
            }
            talk = case.conversation_id
            service.log_question(session, conversation_id=talk, key="q", text="这个月挣了多少", now=now)
            service.log_answer(
                session,
                conversation_id=talk,
                key="q",
                text=str(answer["text"]),
                body=answer,
                checkpoint=None,
                deliver=False,
                now=now,
            )

            card = desk_views.card(session, agent=lin, number=case.number, now=now, on=on)

        assert card.summary == (
            "原因：钱款争议（少结了 20 元）",
            "最近问过：这个月挣了多少",
            "助手查过：收益与提现",
            "普通创作者；第一次找人工",
        )
        assert [(run.tool, run.args, run.told) for run in card.tools_run] == [
            ("earnings_and_payouts", {"period": "this_month"}, "本月收入 100 元。")
        ]
        assert [citation.clause for citation in card.citations] == ["1.1"]
        assert card.account.handle == "mingxing"
        assert ("可提现", "0.00 元") in {(fact.label, fact.text) for fact in card.facts}
        assert not card.reachable


class TestQueue:
    def test_shows_what_is_due_first_and_knows_whose_it_is(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, now: datetime, on: date
    ) -> None:
        early = a_case(database, "zaoqi", now=now - HOUR, on=on)
        with database.writing() as session:
            desk.take(session, agent=wang, number=case.number, now=now)
            everything = desk_views.queue(session, agent=lin, box=Box.ALL_OPEN, now=now)
            first = desk_views.queue(session, agent=lin, box=Box.ALL_OPEN, now=now, limit=1)
            mine = desk_views.queue(session, agent=wang, box=Box.MINE, now=now)
            counted = desk_views.counts(session, agent=wang)

        assert [row.case.number for row in everything.rows] == [early.number, case.number]
        assert [row.due is not None and row.due.breached for row in everything.rows] == [True, False]
        assert (len(first.rows), first.more) == (1, True)
        assert [row.creator_handle for row in mine.rows] == ["laotie"]
        assert (counted[Box.MINE], counted[Box.QUEUED], counted[Box.ALL_OPEN]) == (1, 1, 2)

    def test_is_searched_by_number_name_and_words(
        self, database: Database, case: CaseView, lin: Agent, now: datetime, on: date
    ) -> None:
        other = a_case(database, "xinren", now=now, on=on, reason="100% 搬运")
        with database.writing() as session:
            service.log_question(
                session, conversation_id=case.conversation_id, key="q", text="分账少了", now=now
            )
            found = {
                text: [row.case.number for row in desk_views.search(session, agent=lin, text=text, now=now)]
                for text in (case.number, "@xinren", "分账少", "0% 搬", "%", "没有的", " \0")
            }
            logged = [event.action for event in trail.events(session, agent=lin.id)]

        assert found == {
            case.number: [case.number],
            "@xinren": [other.number],
            "分账少": [case.number],
            "0% 搬": [other.number],
            "%": [other.number],
            "没有的": [],
            " \0": [],
        }
        assert logged.count(DeskAction.SEARCH) == 6


class TestWatchers:
    def test_are_seen_by_others_for_some_seconds(
        self, database: Database, case: CaseView, lin: Agent, wang: Agent, now: datetime
    ) -> None:
        with database.writing() as session:
            desk_aids.watch(session, agent=lin, number=case.number, typing=True, now=now)
            seconds = [timedelta(seconds=0), timedelta(seconds=21)]
            seen = [
                desk_aids.watchers(session, agent=wang, number=case.number, now=now + after)
                for after in seconds
            ]
            own = desk_aids.watchers(session, agent=lin, number=case.number, now=now)

        assert [[(one.agent, one.typing) for one in each] for each in (*seen, own)] == [
            [(lin, True)],
            [],
            [],
        ]


class TestCanned:
    def test_are_kept_by_leads(self, database: Database, lead: Agent, now: datetime) -> None:
        with database.writing() as session:
            for text in ("旧", "新"):
                desk_aids.save_canned(session, agent=lead, key="k", title="标题", text=text, now=now)
            (kept,) = desk_aids.canned(session)
            desk_aids.drop_canned(session, agent=lead, key="k", now=now)

            assert (kept.text, desk_aids.canned(session)) == ("新", [])
