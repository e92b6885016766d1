"""Business without a tool, with the sample tools."""

from dataclasses import replace

from bot.agent.local.decide import decide
from bot.agent.local.decision import Kind, Role, ToolChoice, Turn
from bot.agent.local.topics import Asked, asked_of, find_topic_in, missing_topics
from tests.bot.agent.local.samples import ON, TOOLS, after, called, stolen_work
from tools.kernel.agent_tool import AgentTool


class TestMissingTopics:
    def test_lose_what_a_tool_lists_among_its_nouns(self) -> None:
        names = {topic.tool for topic in missing_topics(TOOLS)}

        assert "brand_orders" not in names
        assert "work_analysis" not in names
        assert {"paid_course", "leaderboard", "traffic_boost"} <= names

    def test_lose_the_tool_of_their_name(self) -> None:
        def paid_course() -> None: ...

        tool = replace(TOOLS[1], run=paid_course, nouns=("别的",))  # pyright: ignore[reportArgumentType] - only its name is read

        assert "paid_course" not in {topic.tool for topic in missing_topics((tool,))}


class TestFindTopicIn:
    def test_finds_what_is_spoken_of_first(self) -> None:
        topic = find_topic_in("这周榜单和流量券", missing_topics(()))

        assert topic is not None
        assert topic.tool == "leaderboard"

    def test_finds_nothing_in_what_the_tools_do(self) -> None:
        assert find_topic_in("上个月收益多少", missing_topics(())) is None


class TestAskedOf:
    def test_knows_rules_from_deeds(self) -> None:
        assert asked_of("流量券过期了能退吗") is Asked.RULE
        assert asked_of("给我投一张流量券") is Asked.DEED


class TestDecideOnATopicWithoutATool:
    def test_says_that_it_cannot_be_done_yet(self) -> None:
        decision = after("帮我用一张流量券")

        assert decision.kind is Kind.DECLINE
        assert "流量券" in decision.text
        assert [button.send for button in decision.buttons] == ["流量券有什么使用规定"]

    def test_offers_a_person_where_there_is_one(self) -> None:
        person = AgentTool(stolen_work, asks=("转人工",), nouns=("人工",))

        decision = decide("帮我用一张流量券", tools=(*TOOLS, person), on=ON)

        assert decision.buttons[0].send == "转人工"

    def test_does_the_rest_and_says_what_is_left(self) -> None:
        decision = after("查一下上个月的收益，再帮我用一张流量券")

        assert list(called(decision)) == ["income"]
        assert "流量券" in decision.text

    def test_is_only_the_setting_of_another_request(self) -> None:
        decision = after("我那门课程的视频，被人搬运了，我要举报")

        assert list(called(decision)) == ["stolen_work"]
        assert not decision.text

    def test_goes_on_declining_what_only_changes(self) -> None:
        decision = after("这周榜单", "看榜单和排名，我这里暂时还办不了。", "美妆的")

        assert decision.kind is Kind.DECLINE
        assert "榜单" in decision.text

    def test_goes_on_to_another_topic(self) -> None:
        decision = after("课程审核过了吗", "开课，我这里暂时还办不了。", "这周榜单")

        assert "榜单" in decision.text

    def test_asks_the_rules_with_the_topic(self) -> None:
        decision = after("这周榜单", "看榜单和排名，我这里暂时还办不了。", "那有什么规定")

        assert called(decision)["rules"]["question"] == "榜单是怎么排的 那有什么规定"


class TestDecideAfterAnotherTool:
    def test_takes_a_clear_message_for_its_own_tool(self) -> None:
        history = [
            Turn(Role.USER, "最新那条的留存曲线"),
            Turn(Role.ASSISTANT, "好。", (ToolChoice("reading", {"work_ref": "latest"}),)),
        ]

        decision = decide("上个月挣了多少", history, tools=TOOLS, on=ON)

        assert called(decision) == {"income": {"action": "summary", "period": "last_month"}}

    def test_refuses_when_another_person_is_put_in_ones_place(self) -> None:
        history = [Turn(Role.USER, "x"), Turn(Role.ASSISTANT, "好。", (ToolChoice("income", {}),))]

        for text in ("那mingxing呢", "laowang_88的呢", "那小李呢"):
            assert decide(text, history, tools=TOOLS, on=ON).kind is Kind.REFUSE, text
