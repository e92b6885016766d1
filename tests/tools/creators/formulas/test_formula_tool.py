import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from bot.agent.grounding import is_grounded
from tests.calls import PackagedPolicies, a_call, a_creator, an_open_conversation
from tests.tools.creators.formulas.accounts import days_of
from tools.creators.formulas import service
from tools.creators.formulas.alerts import Comparison, Threshold, ThresholdUnclear
from tools.creators.formulas.service import MetricUnknown, NameTaken, NameUnfit, TooManyMetrics
from tools.creators.formulas.tool import FormulaMissing, WhichMetric, commit_custom_metrics, custom_metrics
from tools.creators.formulas.tree import FormulaError
from tools.kernel.agent_tool import Call, Line, Proposal, Reply, Speaker
from tools.kernel.db import Database

POLICIES = PackagedPolicies()


@pytest.fixture
def call(database: Database, on: date, now: datetime) -> Iterator[Call]:
    """Yield a call of a creator with two metrics, one of them watched."""
    with database.writing() as session:
        creator = a_creator(session, "laotie")
        days_of(session, creator)
        for name, formula in (("周均播放量", "平均(播放, 7天)"), ("掉粉占比", "掉粉/涨粉")):
            service.save(session, creator_id=creator, name=name, formula=formula, now=now)
        bound = Threshold(Comparison.MORE, Fraction(1, 2))
        service.set_alert(session, creator_id=creator, name="掉粉占比", threshold=bound, on=date(2022, 8, 10))
        service.look_at_alerts(session, on=on, now=now, after=0, limit=10)
        conversation = an_open_conversation(session, creator=creator, now=now)
        bare = a_call(creator=creator, conversation=conversation, now=now, on=on)
        yield replace(bare, session=session, policies=POLICIES)


def said(call: Call, *lines: str) -> Call:
    return replace(call, transcript=tuple(Line(Speaker.CREATOR, line) for line in lines))


def proposed(answer: Reply | Proposal) -> Proposal:
    assert isinstance(answer, Proposal)
    return answer


def told(answer: Reply | Proposal) -> Reply:
    assert isinstance(answer, Reply)
    return answer


def saved(call: Call, name: str = "千播涨粉", formula: str | None = "涨粉/播放*1000") -> None:
    commit_custom_metrics(
        call, proposed(custom_metrics(call, action="create", metric=name, formula=formula)).payload
    )


class TestCustomMetrics:
    def test_is_kept_named_watched_renamed_and_deleted_step_by_step(self, call: Call) -> None:
        made = proposed(custom_metrics(call, action="create", metric="千播涨粉", formula="涨粉/播放*1000"))
        assert "涨粉 ÷ 播放 × 1000" in made.summary
        assert re.search(r"8月14日是 [\d.]+ 人/千次", made.summary)
        assert len(service.own_metrics(call.session, creator_id=call.creator_id)) == 2
        commit_custom_metrics(call, made.payload)

        watch = proposed(custom_metrics(call, action="alert", metric="千播涨粉", threshold="<2"))
        commit_custom_metrics(call, watch.payload)
        name = proposed(custom_metrics(call, action="rename", metric="千播涨粉", new_name="涨粉效率"))
        commit_custom_metrics(call, name.payload)
        listed = told(custom_metrics(call, action="list"))
        assert "涨粉效率 = 涨粉 ÷ 播放 × 1000" in listed.text
        assert "低于 2 人/千次时提醒" in listed.text

        gone = proposed(custom_metrics(call, action="delete", metric="涨粉效率"))
        commit_custom_metrics(call, gone.payload)
        with pytest.raises(MetricUnknown):
            custom_metrics(call, action="show", metric="涨粉效率")

    def test_changes_nothing_by_showing_and_trying(self, call: Call) -> None:
        before = service.own_metrics(call.session, creator_id=call.creator_id)

        told(custom_metrics(call, action="show", formula="(点赞+评论)/播放"))
        told(custom_metrics(call, action="show", metric="完播率"))

        assert service.own_metrics(call.session, creator_id=call.creator_id) == before

    def test_draws_a_value_for_each_day_of_the_period(self, call: Call) -> None:
        reply = told(custom_metrics(call, action="show", metric="掉粉占比", period="last_7_days"))

        [chart] = reply.charts
        assert chart.labels == ("8/8", "8/9", "8/10", "8/11", "8/12", "8/13", "8/14")
        assert [series.unit for series in chart.series] == ["%", "%"]
        assert "提醒线" in {series.name for series in chart.series}

    @pytest.mark.parametrize(
        "arguments",
        [
            {"action": "list"},
            {"action": "show", "metric": "千播涨粉"},
            {"action": "show", "metric": "掉粉占比", "period": "last_month"},
            {"action": "show", "metric": "点赞率", "work_ref": "latest"},
            {"action": "show", "formula": "掉粉/开播时长"},
            {"action": "create", "metric": "互动率"},
            {"action": "alert", "metric": "互动率", "threshold": "<10%"},
        ],
    )
    def test_says_no_number_that_its_facts_do_not_hold(self, call: Call, arguments: dict[str, str]) -> None:
        answer = custom_metrics(call, **arguments)  # pyright: ignore[reportArgumentType] - the arguments of a model

        shown = answer.text if isinstance(answer, Reply) else answer.summary
        assert is_grounded(_without_formulas(shown), sources=[str(answer.facts), *_FIXED])

    def test_cites_the_definition_of_a_usual_metric(self, call: Call) -> None:
        reply = told(custom_metrics(call, action="show", metric="完播率"))

        assert ("metrics-definitions", "1.3") in {(one.policy, one.clause) for one in reply.citations}

    def test_says_that_zero_plays_leave_no_value(self, call: Call) -> None:
        reply = told(custom_metrics(call, action="show", formula="掉粉/开播时长"))

        assert "无数据（分母为 0）" in reply.text
        assert reply.charts == ()

    def test_hears_which_metric_is_meant(self, call: Call) -> None:
        saved(call)

        spoken = said(call, "千播涨粉最近怎么样", "低于2提醒我")
        watch = proposed(custom_metrics(spoken, action="alert", threshold="<2"))

        assert watch.payload["name"] == "千播涨粉"

    def test_saves_a_usual_metric_when_it_is_to_be_watched(self, call: Call) -> None:
        watch = proposed(custom_metrics(call, action="alert", metric="互动率", threshold="<1%"))
        commit_custom_metrics(call, watch.payload)

        own = {one.name: one for one in service.own_metrics(call.session, creator_id=call.creator_id)}
        assert own["互动率"].threshold is not None

    def test_shows_what_is_there_already_instead_of_saving_it_again(self, call: Call) -> None:
        saved(call)

        assert told(custom_metrics(call, action="create", metric="千播涨粉", formula="涨粉÷播放×1000"))

    def test_tells_a_formula_that_replaces_another(self, call: Call) -> None:
        saved(call)

        again = proposed(custom_metrics(call, action="create", metric="千播涨粉", formula="净涨粉/播放*1000"))

        assert "从 涨粉 ÷ 播放 × 1000 改成 (涨粉 - 掉粉) ÷ 播放 × 1000" in again.summary

    def test_sends_retention_to_the_reading_by_seconds(self, call: Call) -> None:
        reply = told(custom_metrics(call, action="create", metric="5秒留存"))

        assert "逐秒" in reply.text

    def test_has_room_for_twenty(self, call: Call) -> None:
        for number in range(18):
            saved(call, f"指标{number}", "播放")

        with pytest.raises(TooManyMetrics):
            custom_metrics(call, action="create", metric="再一个", formula="播放")

    @pytest.mark.parametrize(
        ("arguments", "refusal"),
        [
            ({"action": "create", "metric": "坏的", "formula": "波放/点赞"}, FormulaError),
            ({"action": "create", "metric": "没听过"}, FormulaMissing),
            ({"action": "create", "metric": "播放", "formula": "点赞"}, NameUnfit),
            ({"action": "show"}, WhichMetric),
            ({"action": "show", "metric": "没听过"}, MetricUnknown),
            ({"action": "delete", "metric": "完播率"}, MetricUnknown),
            ({"action": "rename", "metric": "掉粉占比", "new_name": "周均播放量"}, NameTaken),
            ({"action": "alert", "metric": "千播涨粉", "threshold": "<1%"}, ThresholdUnclear),
        ],
    )
    def test_refuses_with_the_reason(
        self, call: Call, arguments: dict[str, str], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            custom_metrics(call, **arguments)  # pyright: ignore[reportArgumentType] - the arguments of a model


# What stands in every answer: the hour of the figures, the days that are looked back at.
_FIXED = ("10:00", "7 天", "20", "千次 1000")


def _without_formulas(text: str) -> str:
    return re.sub(r"= [^：\n]+", "", re.sub(r"第 \d+ 条", "", text))


class TestCommitCustomMetrics:
    def test_refuses_a_name_taken_in_the_meantime(self, call: Call) -> None:
        saved(call)
        rename = proposed(custom_metrics(call, action="rename", metric="千播涨粉", new_name="效率"))

        saved(call, "效率", "点赞/播放")

        with pytest.raises(NameTaken):
            commit_custom_metrics(call, rename.payload)
