from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.tools.payout.conftest import CallOf
from tests.tools.payout.rewarding import a_day, a_work, an_account, at
from tools.kernel.agent_tool import Call, Line, Proposal, Reply, Speaker
from tools.kernel.db import Database
from tools.payout.models import TaskClaim
from tools.payout.tasks import TaskUnknown
from tools.payout.tasks_service import AlreadyClaimed
from tools.payout.tasks_tool import TOOL, commit_claim, incentive_tasks

DAY = date(2022, 8, 15)
Calling = Callable[[Session], Call]


def creator_in(database: Database, handle: str = "laotie") -> int:
    with database.writing() as session:
        return an_account(session, handle)


def proposed(call: Call, **arguments: str) -> Proposal:
    made = incentive_tasks(call, action="claim", **arguments)
    assert isinstance(made, Proposal)
    return made


def told(call: Call, **arguments: str) -> Reply:
    made = TOOL.run(call, **arguments)
    assert isinstance(made, Reply)
    return made


class TestIncentiveTasks:
    def test_lists_what_can_be_claimed_with_deadline_and_reward(
        self, database: Database, call_of: CallOf
    ) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            reply = told(call_of(session, creator), action="list")

        lines = reply.text.splitlines()
        assert lines[0] == "你在成熟期，现在能领 7 个任务，最缺的排在前面："
        assert (
            "· 开播5小时：8月21日 24:00 前完成，奖励 20.00 元 + 6,000 次曝光（你前 7 天是 0 分钟）" in lines
        )
        assert {(item.policy, item.clause) for item in reply.citations} == {
            ("lifecycle-tasks-rules", "2.1"),
            ("lifecycle-tasks-rules", "4.4"),
            ("live-incentive-rules", "2.5"),
        }

    def test_says_what_is_left_and_by_when(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            commit_claim(call_of(session, creator), {"tasks": [["lifecycle", "live-5h"]]})
            a_day(session, creator, DAY, live_seconds=2 * 3_600 + 60)

            reply = told(call_of(session, creator))

        assert "· 开播5小时：2 小时 1 分钟/5 小时，还差 2 小时 59 分钟，8月21日 24:00 前完成" in reply.text
        assert reply.facts["claims"][0]["left"] == 3 * 3_600 - 60

    def test_grants_what_is_finished_and_says_so(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            commit_claim(call_of(session, creator), {"tasks": [["lifecycle", "mature-live-2h"]]})
            a_day(session, creator, DAY, live_seconds=7_200)

            reply = told(call_of(session, creator))

        assert reply.text.startswith(
            "刚核验通过：开播2小时，2,000 次曝光的流量券已到账，8.00 元次月 15 日进可提现余额。"
        )

    def test_proposes_the_named_task_and_claims_it_when_confirmed(
        self, database: Database, call_of: CallOf
    ) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            call = call_of(session, creator)
            made = proposed(call, task="开播2小时")
            assert session.scalar(select(func.count()).select_from(TaskClaim)) == 0
            reply = commit_claim(call, made.payload)

        assert made.payload == {"tasks": [["lifecycle", "mature-live-2h"]]}
        assert made.summary.startswith("领取 1 个任务：\n· 开播2小时：8月21日 24:00 前完成")
        assert reply.text.startswith("领好了，共 1 个任务")

    def test_leaves_out_what_was_excluded(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            made = proposed(call_of(session, creator), exclude="直播")

        assert {task for _, task in made.payload["tasks"]} == {
            "works-5", "posting-days-5", "followers-300", "plays-100k",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "tasks"),
        [
            ("领一下开播2小时的任务", {"mature-live-2h"}),
            ("除了直播的，其它任务都领了", {"works-5", "posting-days-5", "followers-300", "plays-100k"}),
            ("领8月直播激励任务", {"live-month"}),
        ],
    )
    def test_hears_the_task_where_the_model_did_not(
        self, database: Database, call_of: CallOf, text: str, tasks: set[str]
    ) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            call = replace(call_of(session, creator), transcript=(Line(Speaker.CREATOR, text),))
            made = proposed(call)

        assert {task for _, task in made.payload["tasks"]} == tasks

    def test_shows_the_progress_of_what_is_claimed_already(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            call = call_of(session, creator)
            commit_claim(call, proposed(call, task="开播2小时").payload)

            reply = told(call, action="claim", task="开播2小时的任务")

        assert reply.text.startswith("这个任务你已经领过了：\n· 开播2小时：0 分钟/2 小时")

    def test_claims_once_when_confirmed_from_two_messages(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            call = call_of(session, creator)
            first, second = proposed(call, task="直播5小时"), proposed(call, task="直播5小时")
            commit_claim(call, first.payload)

            with pytest.raises(AlreadyClaimed):
                commit_claim(call, second.payload)

    def test_checks_again_when_confirmed(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database, "baby")
        with database.writing() as session, pytest.raises(AlreadyClaimed):
            commit_claim(
                call_of(session, creator, on=date(2022, 7, 1)), {"tasks": [["lifecycle", "works-5"]]}
            )

    def test_never_shows_anothers_claims(self, database: Database, call_of: CallOf) -> None:
        creator, other = creator_in(database), creator_in(database, "other")
        with database.writing() as session:
            commit_claim(call_of(session, other), {"tasks": [["lifecycle", "live-5h"]]})
            a_work(session, other, at(DAY, 9))

            reply = told(call_of(session, creator))

        assert reply.facts["claims"] == []
        assert reply.text.startswith("你现在没有正在做的任务。")

    def test_names_what_there_is_when_the_task_is_unknown(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session, pytest.raises(TaskUnknown, match="开播2小时、"):
            incentive_tasks(call_of(session, creator), action="claim", task="种一棵树")

    def test_says_when_there_is_nothing_to_claim(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        with database.writing() as session:
            before = call_of(session, creator, on=date(2022, 7, 1))

            assert "没有新任务可领" in told(before, action="list").text
            assert "没有能领的任务" in told(before, action="claim").text

    def test_says_how_a_claim_that_ended_came_out(self, database: Database, call_of: CallOf) -> None:
        creator = creator_in(database)
        later = DAY + timedelta(days=10)
        with database.writing() as session:
            commit_claim(call_of(session, creator), {"tasks": [["lifecycle", "live-5h"]]})
            reply = told(replace(call_of(session, creator, on=later), now=at(later)))

        assert "· 开播5小时（8月21日截止）：到期没完成，不扣分" in reply.text


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
