import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.kernel.rules.units import Unit, hundredths, quantity


class TestQuantity:
    @pytest.mark.parametrize(
        ("value", "unit", "words"),
        [
            (1_234, Unit.PEOPLE, "1,234 人"),
            (3, Unit.WORKS, "3 条"),
            (820, Unit.BASIS_POINTS, "8.2%"),
            (-15, Unit.BASIS_POINTS, "-0.15%"),
            (450, Unit.HUNDREDTHS, "4.5 分"),
            (72_000, Unit.SECONDS, "20 小时"),
            (72_059, Unit.SECONDS, "20 小时"),
            (3_660, Unit.SECONDS, "1 小时 1 分钟"),
            (59, Unit.SECONDS, "0 分钟"),
            (1, Unit.FLAG, "已完成"),
            (0, Unit.FLAG, "未完成"),
            ("美食", Unit.TEXT, "美食"),
        ],
    )
    def test_says_the_value_as_creators_do(self, value: int | str, unit: Unit, words: str) -> None:
        assert quantity(value, unit) == words

    @given(st.integers(0, 10_000_000))
    def test_rounds_a_gap_in_time_up_so_that_it_is_enough(self, seconds: int) -> None:
        words = quantity(seconds, Unit.SECONDS, up=True)

        numbers = [int(part.replace(",", "")) for part in words.split() if part.replace(",", "").isdigit()]
        minutes = numbers[0] * 60 + sum(numbers[1:]) if "小时" in words else numbers[0]
        assert 0 <= minutes * 60 - seconds < 60


class TestHundredths:
    @given(st.integers(-(10**12), 10**12))
    def test_loses_nothing(self, value: int) -> None:
        whole, _, rest = hundredths(value).replace(",", "").partition(".")

        read = abs(int(whole)) * 100 + int((rest or "0").ljust(2, "0"))
        assert read == abs(value)
        assert whole.startswith("-") == (value < 0)
