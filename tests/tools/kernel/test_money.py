import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.money import LARGEST_FEN, AmountError, count_text, parse_yuan, rate_text, yuan


class TestYuan:
    @pytest.mark.parametrize(
        ("fen", "text"),
        [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (123456, "1,234.56"),
            (100_000_000_000, "1,000,000,000.00"),
        ],
    )
    def test_groups_thousands_and_keeps_two_decimals(self, fen: int, text: str) -> None:
        assert yuan(fen) == text


class TestParseYuan:
    @given(st.integers(-LARGEST_FEN, LARGEST_FEN))
    def test_reads_back_what_yuan_wrote(self, fen: int) -> None:
        assert parse_yuan(yuan(fen)) == fen

    @pytest.mark.parametrize(("text", "fen"), [("10", 1000), ("10.5", 1050), (" 1,000.01 ", 100001)])
    def test_accepts_what_people_write(self, text: str, fen: int) -> None:
        assert parse_yuan(text) == fen

    @pytest.mark.parametrize(
        "text",
        ["", "1.234", "1,00", "1e3", "１０", "NaN", "十", "1.", ".5", "--1", "1000000000.01", "9" * 100_000],
    )
    def test_refuses_what_is_not_exact(self, text: str) -> None:
        with pytest.raises(AmountError):
            parse_yuan(text)

    @given(st.text(max_size=30))
    def test_raises_nothing_else_on_any_text(self, text: str) -> None:
        try:
            parsed = parse_yuan(text)
        except AmountError:
            return

        assert abs(parsed) <= LARGEST_FEN


class TestCountText:
    @pytest.mark.parametrize(
        ("count", "text"),
        [
            (0, "0"),
            (9_999, "9999"),
            (10_000, "1 万"),
            (12_345, "1.2 万"),
            (-12_345, "-1.2 万"),
            (99_999_999, "9999.9 万"),
            (100_000_000_000, "1000 亿"),
        ],
    )
    def test_writes_counts_as_chinese_readers_do(self, count: int, text: str) -> None:
        assert count_text(count) == text


class TestRateText:
    @pytest.mark.parametrize(
        ("part", "whole", "text"),
        [(1, 3, "33.3%"), (2, 3, "66.7%"), (-1, 3, "-33.3%"), (0, 5, "0.0%"), (1, 0, "—"), (5, 2, "250.0%")],
    )
    def test_rounds_to_one_decimal(self, part: int, whole: int, text: str) -> None:
        assert rate_text(part, whole) == text
