"""Arguments of the tools for tasks, coupons, dramas and applications, and who is asked."""

from datetime import date

import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Role, Turn
from tools.catalog import all_tools

ON = date(2022, 8, 15)
TOOLS = all_tools()


def _called(text: str, *before: str) -> dict[str, dict[str, object]]:
    history = [
        Turn(Role.ASSISTANT if place % 2 else Role.USER, content) for place, content in enumerate(before)
    ]
    return {call.tool: dict(call.args) for call in decide(text, history, tools=TOOLS, on=ON).calls}


class TestTasks:
    @pytest.mark.parametrize(
        ("text", "task"),
        [
            ("领一下开播2小时的任务", "开播2小时"),
            ("涨粉那个任务帮我领了", "涨粉"),
            ("帮我接一下播放量的任务", "播放量"),
        ],
    )
    def test_that_are_named_are_claimed_by_their_name(self, text: str, task: str) -> None:
        assert _called(text) == {"incentive_tasks": {"action": "claim", "task": task}}

    @pytest.mark.parametrize(
        "text", ["除了直播的，其它任务都领了", "除了直播的任务都给我领上", "直播任务别领，其他的都领了"]
    )
    def test_that_are_left_out_are_not_claimed(self, text: str) -> None:
        assert _called(text) == {"incentive_tasks": {"action": "claim", "exclude": "直播"}}

    @pytest.mark.parametrize("text", ["把所有任务都领一下", "任务全领了"])
    def test_that_are_all_wanted_have_no_name(self, text: str) -> None:
        assert _called(text) == {"incentive_tasks": {"action": "claim"}}

    def test_that_are_only_asked_after_are_not_claimed(self) -> None:
        called = _called("我领的任务什么时候到期")

        assert called["incentive_tasks"].get("action") != "claim"


class TestCoupons:
    def test_that_were_just_listed_go_to_the_latest_work(self) -> None:
        called = _called("就用这张", "我有哪些流量券", "你有 1 张 500 次曝光券，7 天后过期。")

        assert called == {"traffic_boost": {"action": "use", "work_ref": "latest"}}

    @pytest.mark.parametrize("text", ["把投放效果给我拉出来", "投了券带来几个播放", "流量券投放效果怎么样"])
    def test_that_were_used_are_asked_for_what_they_brought(self, text: str) -> None:
        assert _called(text)["traffic_boost"]["action"] == "effect"


class TestDramas:
    @pytest.mark.parametrize(
        ("text", "mode"),
        [
            ("P模式是不是一千播放五块，我能到手几个子儿", "P"),
            ("成长模式 P 的短剧挣了多少", "P"),
            ("S+ 那部短剧赚了多少", "S+"),
            ("S 级短剧和 P 模式分别赚多少", None),
        ],
    )
    def test_are_limited_to_the_one_level_that_is_named(self, text: str, mode: str | None) -> None:
        assert _called(text)["short_drama_revenue"].get("mode") == mode


class TestApplications:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("KS-20220729-0001 进度", "KS-20220729-0001"), ("ks-20260801进度", "KS-20260801")],
    )
    def test_are_found_by_their_number(self, text: str, number: str) -> None:
        assert _called(text) == {"star_application": {"action": "status", "apply_id": number}}

    def test_may_be_made_by_an_agency(self) -> None:
        assert _called("让公司替我报名快手之星") == {"star_application": {"action": "apply", "by": "agency"}}

    def test_are_not_made_by_who_asks_for_the_conditions(self) -> None:
        called = _called("快手之星报名条件")

        assert called.get("star_application", {}).get("action") != "apply"

    def test_beside_another_programme_are_two_questions(self) -> None:
        assert _called("快手之星和光合优创我哪个够得上") == {
            "star_application": {"action": "eligibility"},
            "incentive_programs": {"action": "eligibility", "program": "光合优创"},
        }


class TestLiveRewards:
    @pytest.mark.parametrize(
        ("text", "action"),
        [
            ("说好的播满20小时给现金，我播了23个小时一毛没有", "status"),
            ("颜值主播有没有底薪拿", "eligibility"),
            ("新主播有底薪吗", "eligibility"),
            ("直播激励下一档还差几个小时", "status"),
        ],
    )
    def test_are_told_or_weighed(self, text: str, action: str) -> None:
        assert _called(text)["live_incentive"]["action"] == action
