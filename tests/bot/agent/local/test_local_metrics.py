import time

import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Role, Turn
from bot.agent.local.metrics import find_formula, find_metric, find_threshold
from bot.agent.local.normalise import said
from tests.bot.agent.local.samples import ON
from tools.catalog import all_tools

TOOLS = all_tools()


def calls(text: str, history: list[Turn] | None = None) -> list[tuple[str, dict[str, object]]]:
    return [(call.tool, dict(call.args)) for call in decide(text, history or [], tools=TOOLS, on=ON).calls]


class TestFindFormula:
    @pytest.mark.parametrize(
        ("text", "name", "formula"),
        [
            ("帮我建个指标 千播涨粉=涨粉/播放*1000", "千播涨粉", "涨粉/播放*1000"),
            ("新建指标：互动分 = 点赞 + 评论*2 + 转发*3，帮我存一下", "互动分", "点赞 + 评论*2 + 转发*3"),
            ("加个指标叫「粉效」＝（涨粉－掉粉）÷播放×１０００", "粉效", "(涨粉-掉粉)÷播放×1000"),
            ("设个指标 周均=平均(播放,7天) 行不行", "周均", "平均(播放,7天)"),
            ("create a metric er=(likes+comments)/plays", "er", "(likes+comments)/plays"),
            ("建个指标 坏的=波放/点赞", "坏的", "波放/点赞"),
            ("试算 近7天(涨粉)/近7天(播放)*1000", None, "近7天(涨粉)/近7天(播放)*1000"),
            ("帮我算一下涨粉除以播放乘以1000是多少", None, "涨粉除以播放乘以1000"),
        ],
    )
    def test_is_what_was_written(self, text: str, name: str | None, formula: str) -> None:
        found, called = find_formula(said(text)), find_metric(said(text))

        assert found is not None
        assert found.value == formula
        assert (called.value if called else None) == name

    @pytest.mark.parametrize(
        "text", ["上周/这周数据对比", "播放和点赞怎么样", "8/10发的那条", "收益=多少", "我的播放-1万正常吗"]
    )
    def test_is_none_where_figures_are_only_spoken_of(self, text: str) -> None:
        assert find_formula(said(text)) is None

    @pytest.mark.parametrize("piece", ["播放+", "(", "近7天", "=", "播放,", "平均(", "a=", "-", "1*"])
    def test_takes_no_time_on_hostile_text(self, piece: str) -> None:
        began = time.perf_counter()

        find_formula(said(piece * 1_000))

        assert time.perf_counter() - began < 1


class TestFindThreshold:
    @pytest.mark.parametrize(
        ("text", "bound"),
        [
            ("低于1%提醒我", "<1%"),
            ("超过 1.5万 通知我", ">1.5万"),
            ("跌破5的时候说一声", "<5"),
            ("不低于3", ">=3"),
        ],
    )
    def test_is_the_bound_as_tools_take_it(self, text: str, bound: str) -> None:
        found = find_threshold(said(text))

        assert found is not None
        assert found.value == bound


class TestConversation:
    def test_goes_on_about_the_metric_that_was_named(self) -> None:
        history: list[Turn] = []
        heard: list[dict[str, object]] = []
        for text in (
            "帮我建个指标 千播涨粉=涨粉/播放*1000",
            "千播涨粉最近怎么样",
            "低于2提醒我",
            "把它改名叫涨粉效率",
            "那上个月呢",
            "取消提醒吧",
            "删掉它",
        ):
            made = decide(text, history, tools=TOOLS, on=ON)
            assert [call.tool for call in made.calls] == ["custom_metrics"], text
            heard.append(dict(made.calls[0].args))
            history += [Turn(Role.USER, text), Turn(Role.ASSISTANT, "好", made.calls)]

        assert heard == [
            {"action": "create", "metric": "千播涨粉", "formula": "涨粉/播放*1000"},
            {"action": "show", "metric": "千播涨粉"},
            {"action": "alert", "metric": "千播涨粉", "threshold": "<2"},
            {"action": "rename", "metric": "千播涨粉", "new_name": "涨粉效率"},
            {"action": "show", "metric": "涨粉效率", "period": "last_month"},
            {"action": "cancel", "metric": "涨粉效率"},
            {"action": "delete", "metric": "涨粉效率"},
        ]

    def test_lets_nothing_of_a_formula_into_the_next_metric(self) -> None:
        first = decide("建个指标 坏的=波放/点赞", [], tools=TOOLS, on=ON)
        history = [Turn(Role.USER, "建个指标 坏的=波放/点赞"), Turn(Role.ASSISTANT, "好", first.calls)]

        assert calls("加个互动率的指标", history) == [
            ("custom_metrics", {"action": "create", "metric": "互动率"})
        ]

    def test_leaves_other_business_alone(self) -> None:
        first = decide("千播涨粉最近怎么样", [], tools=TOOLS, on=ON)
        history = [Turn(Role.USER, "千播涨粉最近怎么样"), Turn(Role.ASSISTANT, "好", first.calls)]

        assert [tool for tool, _ in calls("我的收益呢", history)] == ["earnings_and_payouts"]

    def test_lists_and_creates_as_labelled(self) -> None:
        assert calls("我设了哪些自定义指标") == [("custom_metrics", {"action": "list"})]
        [(tool, args)] = calls("自定意数据指标怎么加，帮我加个互动率")
        assert (tool, args["action"]) == ("custom_metrics", "create")
