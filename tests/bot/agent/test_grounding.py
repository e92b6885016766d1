import pytest

from bot.agent.grounding import is_grounded

SOURCE = '{"text": "近 7 天播放 12,345 次，收入 1,234.56 元，涨粉率 8.2%", "facts": {"amount_fen": 123456}}'


class TestIsGrounded:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "没有数字的话",
            "收入 1234.56 元",
            "播放 12,345 次，涨粉率 8.2%",
            "播放 1.2 万次",
            "播放约 1.23万",
            "1. 先看播放 12345\n2、再看收入 1,234.56 元[1]",
            "可以转人工 1V1",
        ],
    )
    def test_lets_pass_what_the_tools_said(self, text: str) -> None:
        assert is_grounded(text, sources=[SOURCE])

    @pytest.mark.parametrize(
        "text",
        [
            "收入 1,234.57 元",
            "播放 1.3 万次",
            "播放 12346 次",
            "奖励 500 元",
            "8.3%",
            "涨粉 99 人",
            "１００元",
            "12.5%",
        ],
    )
    def test_stops_a_number_that_nobody_said(self, text: str) -> None:
        assert not is_grounded(text, sources=[SOURCE])

    @pytest.mark.parametrize(
        ("text", "grounded"),
        [("1.9 亿", True), ("1.98 亿", True), ("1.99 亿", True), ("1.97 亿", False), ("2 亿", True)],
    )
    def test_takes_a_count_rounded_or_cut_at_the_digit_shown(self, text: str, grounded: bool) -> None:  # noqa: FBT001 - a table
        assert is_grounded(text, sources=["198765432"]) is grounded

    def test_has_no_number_to_use_without_a_source(self) -> None:
        assert not is_grounded("满 1 万粉就行", sources=[])
