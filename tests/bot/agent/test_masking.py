import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.masking import Masks

PERSONAL = {
    "手机": "13812345678",
    "分开写的手机": "138 1234 5678",
    "带区号的手机": "+86 13812345678",
    "身份证": "11010519491231002X",
    "银行卡": "6222 0200 0000 0000 000",
    "邮箱": "lao.tie+1@example.com.cn",
    "座机": "010-62345678",
    "微信": "laotie_666",
    "QQ": "123456789",
    "姓名": "王二小",
}
SENTENCES = {
    "微信": "加我微信：laotie_666 聊",
    "QQ": "我的QQ号是123456789",
    "姓名": "真实姓名：王二小，帮我改",
}


class TestMasks:
    @pytest.mark.parametrize("kind", PERSONAL)
    def test_let_no_personal_datum_out_and_bring_it_back(self, kind: str) -> None:
        text = SENTENCES.get(kind, f"我的{kind}是 {PERSONAL[kind]}，记一下")
        masks = Masks()

        masked = masks.mask(text)

        assert PERSONAL[kind] not in masked
        assert "〔" in masked
        assert masks.restore(masked) == text

    @pytest.mark.parametrize(
        "text",
        [
            "播放 12,345,678 次",
            "工单 C000123",
            "订单 2022081512345678",
            "KS-20220729-0001",
            "挣了 1,234.56 元",
            "第 3 条",
        ],
    )
    def test_leave_figures_and_numbers_of_orders(self, text: str) -> None:
        assert Masks().mask(text) == text

    def test_give_the_same_datum_the_same_place_holder(self) -> None:
        masks = Masks()

        first, other = masks.mask("打 13812345678"), masks.mask("13987654321 和 13812345678")

        assert first == "打 〔手机号1〕"
        assert other == "〔手机号2〕 和 〔手机号1〕"

    def test_restore_only_what_they_masked(self) -> None:
        assert Masks().restore("〔手机号7〕") == "〔手机号7〕"

    def test_reach_every_text_of_a_call(self) -> None:
        masks = Masks()
        arguments = {"reason": "打我 13812345678", "more": [{"a": "a@b.cn"}, 3, None]}

        masked = masks.mask_all(arguments)

        assert masked == {"reason": "打我 〔手机号1〕", "more": [{"a": "〔邮箱1〕"}, 3, None]}
        assert masks.restore_all(masked) == arguments

    @given(st.text(alphabet="0123456789 -+@.王XxQq微信号姓名是：a_〔〕", max_size=80))
    def test_bring_back_every_text(self, text: str) -> None:
        masks = Masks()

        assert masks.restore(masks.mask(text)) == text
