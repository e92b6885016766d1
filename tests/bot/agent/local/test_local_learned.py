"""What is learnt from examples: the same every time, shipped as it is learnt, and better than chance on what was not seen."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.agent.local.decide import decide
from bot.agent.local.decision import Kind, Role, Turn
from bot.agent.local.intents import Understanding, understanding
from bot.agent.local.learned import Example, fit
from bot.agent.local.mixed import in_chinese
from bot.agent.local.speech import HELD_OUT, NO_TOOL, learnt_from, spoken_by, voices
from bot.agent.local.weights import TOOLS, fingerprint, ship, shipped
from bot.measures.routing import judge
from tools.catalog import all_tools

ON = date(2022, 8, 15)
REGISTERED = tuple(all_tools())
EXAMPLES = (
    Example("上个月挣了多少", "money"),
    Example("收益是多少钱", "money"),
    Example("还能提现多少", "money"),
    Example("有人盗我视频", "theft"),
    Example("举报搬运我的人", "theft"),
    Example("视频被搬运了", "theft"),
)


class TestFit:
    def test_tells_the_labels_of_new_texts_apart(self) -> None:
        learned = fit(EXAMPLES)

        likely = learned.probabilities("这个月挣多少钱")

        assert likely["money"] > 0.8
        assert sum(likely.values()) == pytest.approx(1)

    def test_gives_the_same_weights_for_the_same_examples(self) -> None:
        first, second = fit(EXAMPLES), fit(EXAMPLES)

        assert np.array_equal(first.weights, second.weights)
        assert first.probabilities("被盗") == second.probabilities("被盗")

    def test_says_something_of_a_text_that_shares_nothing(self) -> None:
        likely = fit(EXAMPLES).probabilities("")

        assert sum(likely.values()) == pytest.approx(1)


class TestShipped:
    def test_are_those_of_the_registered_tools(self) -> None:
        found = shipped(fingerprint(REGISTERED, learnt_from()))

        assert found is not None, "the examples changed: run python -m bot.agent.local.weights"

    def test_are_what_is_learnt_now(self) -> None:
        found = shipped(fingerprint(REGISTERED, learnt_from()))
        learnt = Understanding(REGISTERED, speech=learnt_from()).learned

        assert found is not None
        assert found.keys() == learnt.keys()
        for name, one in learnt.items():
            assert found[name].labels == one.labels
            assert list(found[name].grams) == list(one.grams)
            assert np.abs(found[name].weights.astype(int) - one.weights.astype(int)).max() <= 1

    def test_are_refused_when_learnt_from_something_else(self, tmp_path: Path) -> None:
        path = tmp_path / "weights.npz"
        ship("of these", {TOOLS: fit(EXAMPLES)}, path)

        assert shipped("of others", path) is None
        assert shipped("of these", tmp_path / "none.npz") is None
        found = shipped("of these", path)
        assert found is not None
        assert found[TOOLS].probabilities("被盗")["theft"] == pytest.approx(
            fit(EXAMPLES).probabilities("被盗")["theft"], abs=0.01
        )


class TestSpeech:
    def test_has_each_utterance_once_and_only_known_tools(self) -> None:
        said = [(one.text, one.history) for voice in voices() for one in spoken_by(voice)]
        named = {tool for voice in voices() for one in spoken_by(voice) for tool in one.tools}

        assert len(said) > 7_000
        assert len(set(said)) >= 0.97 * len(said)
        assert named <= {tool.name for tool in REGISTERED}

    def test_has_sixty_utterances_of_every_tool(self) -> None:
        said = [one for voice in voices() for one in spoken_by(voice)]

        for tool in REGISTERED:
            assert sum(tool.name in one.tools for one in said) >= 60, tool.name
        assert sum(one.label in NO_TOOL for one in said) >= 300
        assert sum(bool(one.history) for one in said) >= 200

    def test_keeps_the_held_out_voices_out_of_what_is_learnt(self) -> None:
        learnt = {one.name for one in learnt_from()}

        assert not learnt & {one.name for voice in HELD_OUT for one in spoken_by(voice)}


class TestHeldOutVoices:
    def test_are_understood(self) -> None:
        judged = judge(understanding(REGISTERED), [one for voice in HELD_OUT for one in spoken_by(voice)])

        right = sum(one.is_right for one in judged)
        slots = [slot for one in judged for slot in one.slots]
        assert right >= 0.95 * len(judged)
        assert sum(slots) >= 0.90 * len(slots)


class TestInChinese:
    @pytest.mark.parametrize(
        ("text", "chinese"),
        [
            ("my coupons还有几张", "我的流量券还有几张"),
            ("啷个涨粉", "怎么涨粉"),
            ("嗯 那个 上个月挣了多少", "上个月挣了多少"),
            ("couponing", "couponing"),
        ],
    )
    def test_puts_english_dialect_and_fillers_away(self, text: str, chinese: str) -> None:
        assert in_chinese(text).replace(" ", "") == chinese


class TestFollowUps:
    @pytest.mark.parametrize(
        ("before", "answer", "text", "tool", "args"),
        [
            ("有什么任务", "可领取：1. 发布3条作品 2. 涨粉50", "领第二个", "incentive_tasks", {"action": "claim", "task": "涨粉50"}),
            ("有哪些商单", "有 3 个商单：1. 火锅底料 2. 牛奶 3. 空调", "接第二个", "brand_orders", {"action": "accept", "order_id": "ord:2"}),
            ("我的课卖了几份", "本月卖出 8 份。", "有退的没", "paid_course", {"action": "refunds"}),
            ("最近什么热点", "热门话题：1. 秋收 2. 中秋", "音乐呢", "hot_trends", {"type": "music"}),
        ],
    )  # fmt: skip
    def test_go_on_with_what_was_shown(
        self, before: str, answer: str, text: str, tool: str, args: dict[str, str]
    ) -> None:
        history = [Turn(Role.USER, before), Turn(Role.ASSISTANT, answer)]

        [call] = decide(text, history, tools=REGISTERED, on=ON).calls

        assert call.tool == tool
        assert args.items() <= call.args.items()

    @pytest.mark.parametrize("text", ["别", "先不提了", "取消", "啊等等先别提", "算了"])
    def test_do_nothing_after_a_no(self, text: str) -> None:
        history = [
            Turn(Role.USER, "提现500"),
            Turn(Role.ASSISTANT, "将提现 500.00 元，请点确认按钮。"),
        ]

        made = decide(text, history, tools=REGISTERED, on=ON)

        assert made.kind is Kind.REPLY
        assert not made.calls


class TestRelatives:
    @pytest.mark.parametrize(
        "text",
        [
            "我媳妇那个号里还有多少钱没提，查查",
            "我徒弟的任务奖励领了多少",
            "榜首那位的佣金是多少",
            "前十名各自的收入列出来",
        ],
    )
    def test_and_the_first_of_a_board_are_other_people(self, text: str) -> None:
        assert decide(text, tools=REGISTERED, on=ON).kind is Kind.REFUSE

    @pytest.mark.parametrize(
        "text",
        [
            "我妈的号能绑我的银行卡吗",
            "近7天逐笔流水，我要对账",
            "今年以来课程给我带来了多少收入",
            "同一身份证可以运营几个号",
            "榜首是谁",
        ],
    )
    def test_are_not_heard_where_nobody_is_meant(self, text: str) -> None:
        assert decide(text, tools=REGISTERED, on=ON).kind is not Kind.REFUSE


class TestUnclear:
    @pytest.mark.parametrize("text", ["那个status现在如何", "同步一下", "好像不对吧这个"])
    def test_is_asked_about(self, text: str) -> None:
        assert decide(text, tools=REGISTERED, on=ON).kind is Kind.CLARIFY

    @pytest.mark.parametrize("text", ["半月板伤了还能跑吗，几周恢复", "从郑州到西安走哪条高速过路费少"])
    def test_is_not_what_is_surely_other_business(self, text: str) -> None:
        assert decide(text, tools=REGISTERED, on=ON).kind is Kind.DECLINE


class TestAskedForDraft:
    @pytest.mark.parametrize("asked", ["请把标题发给我。", "请发文案。", "标题发我看看。"])
    def test_is_checked_as_it_was_typed(self, asked: str) -> None:
        history = (Turn(Role.USER, "帮我看看这个标题能不能发"), Turn(Role.ASSISTANT, asked))

        made = decide("三天学会扇子舞", history, tools=REGISTERED, on=ON)

        assert [(call.tool, call.args) for call in made.calls] == [
            ("pre_publish_check", {"draft": "text:三天学会扇子舞"})
        ]


class TestActionOfAReport:
    def test_is_the_report_itself_where_none_is_named(self) -> None:
        made = decide("有人搬我视频，我要举报", tools=REGISTERED, on=ON)

        assert [call.args.get("action", "report") for call in made.calls] == ["report"]


class TestVenting:
    @pytest.mark.parametrize("text", ["气死我了，什么破平台", "你们太坑了", "骗子平台，气死了"])
    def test_runs_no_tool(self, text: str) -> None:
        assert decide(text, tools=REGISTERED, on=ON).kind is Kind.REPLY
