"""The words that a creator quotes to have them checked, and those that only name a work."""

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from bot.agent.local.decide import decide
from bot.agent.local.decision import Kind, Role, ToolChoice, Turn
from bot.agent.local.drafts import find_concern, find_draft, has_draft, without_draft
from bot.agent.local.model import LocalModel
from bot.agent.local.normalise import said
from bot.agent.local.sent import FILES_NOTE
from tests.bot.agent.local.samples import ON
from tools.catalog import all_tools
from tools.precheck.agent_tools import ASK

TOOLS = all_tools()


class TestFindDraft:
    @pytest.mark.parametrize(
        ("text", "draft"),
        [
            ("标题“全网最低价，手慢无”能发吗", "title:全网最低价,手慢无"),
            ("文案“加V领福利”会不会违规", "text:加V领福利"),
            ("标题叫“吃了就瘦十斤”会被限流吗", "title:吃了就瘦十斤"),
            ("《三天学会剪辑》这个标题能用吗", "title:三天学会剪辑"),
            ("“最好吃的饺子”这句文案有没有极限词", "text:最好吃的饺子"),
            ("帮我检测一下标题：祖传秘方三天见效", "title:祖传秘方三天见效"),
            ("帮我看下文案有没有极限词：史上最好吃的饺子", "text:史上最好吃的饺子"),
            ("标题“红烧肉”，文案“三步就好”，发之前帮我检测", "title:红烧肉\ntext:三步就好"),
            ("“家人们冲啊”能发吗", "text:家人们冲啊"),
            ('check title "the best noodles ever" before I post', "title:the best noodles ever"),
        ],
    )
    def test_gives_the_quoted_words(self, text: str, draft: str) -> None:
        found = find_draft(said(text))

        assert found is not None
        assert found.value == draft

    @pytest.mark.parametrize(
        "text",
        [
            "标题叫“回村第一天”的那条数据怎么样",
            "《回村第一天》的播放量咋样",
            "有人盗我视频，标题叫“回村第一天”",
            "这个标题能不能发帮我检测一下",
            "标题怎么写才吸引人",
        ],
    )
    def test_is_none_where_nothing_is_to_be_checked(self, text: str) -> None:
        assert find_draft(said(text)) is None


class TestWithoutDraft:
    def test_leaves_no_word_of_it_to_be_understood(self) -> None:
        kept = without_draft(said("标题“提现领福利”能发吗"))

        assert "提现" not in kept.text
        assert len(kept.text) == len(kept.plain)
        assert has_draft(kept.text)


class TestFindConcern:
    @pytest.mark.parametrize(
        ("text", "concern"),
        [
            ("视频里用了周杰伦的歌，先给诊断下", "music"),
            ("画面里有二维码，发之前看看", "contact"),
            ("带水印的素材能发吗", "copying"),
            ("画面有点糊，能发吗", "quality"),
        ],
    )
    def test_is_what_the_words_around_the_draft_say(self, text: str, concern: str) -> None:
        found = find_concern(said(text))

        assert found is not None
        assert found.value == concern

    def test_is_not_what_the_draft_says(self) -> None:
        assert find_concern(said("标题“加微信听歌”能发吗")) is None


class TestDecide:
    def test_checks_a_draft_and_does_the_next_thing(self) -> None:
        made = decide("文案“秋收啦家人们”没问题的话发完直接投张券", tools=TOOLS, on=ON)

        assert [(call.tool, call.args) for call in made.calls] == [
            ("pre_publish_check", {"draft": "text:秋收啦家人们"}),
            ("traffic_boost", {"action": "use"}),
        ]

    def test_asks_back_where_nothing_is_said_of_what(self) -> None:
        assert decide("看看能不能发", tools=TOOLS, on=ON).kind is Kind.CLARIFY

    @pytest.mark.parametrize("text", ["这条能发吗", "看看能不能发", "这个视频能发吗"])
    def test_checks_the_files_that_a_few_words_point_at(self, text: str) -> None:
        made = decide(text, tools=TOOLS, on=ON, files=True)

        assert [(call.tool, call.args) for call in made.calls] == [("pre_publish_check", {})]

    def test_asks_what_for_where_files_came_with_less_than_that(self) -> None:
        assert decide("帮我看看", tools=TOOLS, on=ON, files=True).kind is Kind.CLARIFY

    @pytest.mark.parametrize(
        ("button", "tool"),
        [
            ("转人工，发布前诊断的结果我不认同", "human_escalation"),
            ("作品发出去要审核多久，审核分几级", "policy_question"),
            ("看看我的诊断记录", "pre_publish_check"),
            ("发布前诊断到哪一步了", "pre_publish_check"),
            ("发布前诊断检测哪些内容", "policy_question"),
        ],
    )
    def test_understands_the_buttons_of_the_check(self, button: str, tool: str) -> None:
        assert [call.tool for call in decide(button, tools=TOOLS, on=ON).calls] == [tool]


class TestAskedForDraft:
    HISTORY = (
        Turn(Role.USER, "发之前帮我检测一下"),
        Turn(Role.ASSISTANT, ASK, (ToolChoice("pre_publish_check", {}),)),
    )

    @pytest.mark.parametrize(
        ("typed", "draft"),
        [
            ("今天教你做最正宗红烧肉", "text:今天教你做最正宗红烧肉"),
            ("家人们今天这碗面真的绝了", "text:家人们今天这碗面真的绝了"),
            ("标题：三步学会红烧肉", "title:三步学会红烧肉"),
        ],
    )
    def test_takes_the_next_words_as_it(self, typed: str, draft: str) -> None:
        made = decide(typed, self.HISTORY, tools=TOOLS, on=ON)

        assert [(call.tool, call.args) for call in made.calls] == [("pre_publish_check", {"draft": draft})]

    @pytest.mark.parametrize(
        ("typed", "tool"),
        [
            ("算了", None),
            ("谢谢", None),
            ("转人工", "human_escalation"),
            ("我上个月挣了多少", "earnings_and_payouts"),
            ("举报有人搬运我的视频", "infringement_report"),
        ],
    )
    def test_leaves_other_matters_alone(self, typed: str, tool: str | None) -> None:
        made = decide(typed, self.HISTORY, tools=TOOLS, on=ON)

        assert [call.tool for call in made.calls] == ([tool] if tool else [])


class TestFilesNote:
    def test_makes_a_few_words_mean_the_files(self) -> None:
        model = LocalModel(tools=TOOLS, today=lambda: ON)
        asked = HumanMessage("这条能发吗")

        told = model.invoke([SystemMessage(f"你是助手。\n- {FILES_NOTE}1 个视频。"), asked])
        untold = model.invoke([SystemMessage("你是助手。"), asked])

        assert [call["name"] for call in told.tool_calls] == ["pre_publish_check"]
        assert untold.tool_calls == []
