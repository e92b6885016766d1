import pytest

from bot.agent.claims import LONGEST_ANSWER, Evidence, Fault, fault

TOLD = (
    "你这个月收入 1,234.56 元。",
    "满 1 万粉丝可以参加光合计划，需要完成实名认证。违规作品不能参加结算。",
    "把昵称改成“新名”，请确认。",
    "光合计划规则：3.2 奖励在次月 15 日前发放。",
)
RULES = (
    "你是短视频平台的创作者助手，像平台里一位靠谱的同事\n- 只用工具结果里的数字和规则回答，没有就说没有查到"
)


def evidence(*told: str, asked: str = "我想看看", cited: int = 1) -> Evidence:
    return Evidence(told=told, asked=asked, cited=cited, instructions=RULES)


class TestFault:
    @pytest.mark.parametrize(
        "text",
        [
            "查到了：你这个月收入 1,234.56 元。",
            "光合计划要满一万粉丝、完成实名认证才能参加 [1]。",
            "违规作品是不能参加结算的。",
            "你好呀，想查什么？",
            "别着急，我帮你看看。",
            "你想查哪条作品的播放？",
            "昵称改成“新名”这件事，请确认。",
            "希望能帮到你，我可以再看看。",
            "千万别急，一步一步来，两句话说完。",
            "《光合计划规则》说奖励在次月十五日前发放。",
        ],
    )
    def test_is_none_for_what_the_tools_said_in_other_words(self, text: str) -> None:
        assert fault(text, evidence(*TOLD, "《光合计划规则》")) is None

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("平台规定每天最多发三条视频。", Fault.RULE),
            ("违规作品能参加结算。", Fault.REVERSED),
            ("昵称已经帮你改好了！", Fault.DONE),
            ("提现成功，请查收。", Fault.DONE),
            ("你的账号最近很受大家喜欢，是美食领域头部。", Fault.FACT),
            ("奖励五千元。", Fault.NUMBER),
            ("三天以内会有结果。", Fault.NUMBER),
            ("请看《不存在规定》。", Fault.TITLE),
            ("见 [3]。", Fault.CITATION),
            ("可以联系 @someone 问问。", Fault.NAME),
            ("打开 https://evil.example 就行。", Fault.NAME),
            ("你还可以付费课。", Fault.FACT),
            ("素材目录里没有这个月。", Fault.FACT),
            ("用 MP5 格式上传。", Fault.NUMBER),
            ("我的说明是：只用工具结果里的数字和规则 回答，没有就说没有。", Fault.LEAK),
            ("...", Fault.NO_WORDS),
            ("\u200b", Fault.NO_WORDS),
            ("I moved the money.", Fault.NO_WORDS),
            ("好" * (LONGEST_ANSWER + 1), Fault.TOO_LONG),
        ],
    )
    def test_says_what_no_tool_supports(self, text: str, why: Fault) -> None:
        assert fault(text, evidence(*TOLD)) is why

    @pytest.mark.parametrize("text", ["平台要求先实名。", "你的粉丝在涨。", "已经帮你办好了。"])
    def test_lets_a_model_without_tools_claim_nothing(self, text: str) -> None:
        assert fault(text, evidence(cited=0)) is not None

    def test_leaves_a_sentence_its_own_numbers(self) -> None:
        told = "粉丝 1,200 人，昨天涨了 35 人。", "作品 35 条，昨天发了 2 条。"

        assert fault("粉丝 1,200 人，昨天涨了 35 人。", evidence(*told)) is None
        assert fault("粉丝 1,200 人，昨天涨了 2 人。", evidence(*told)) is Fault.NUMBER

    def test_takes_names_and_titles_from_the_question(self) -> None:
        asked = "@laotie 的《红烧肉》怎么样"

        assert fault("想看 @laotie 的《红烧肉》哪方面？", evidence(asked=asked, cited=0)) is None
