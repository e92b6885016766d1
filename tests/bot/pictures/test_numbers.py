import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.numbers import full_number, short_number


class TestShortNumber:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (0, "0"),
            (-0.0, "0"),
            (9_037, "9037"),
            (12_000, "1.2万"),
            (12_999, "1.2万"),
            (-12_500, "-1.2万"),
            (20_000, "2万"),
            (340_000_000, "3.4亿"),
            (12.5, "12.5"),
            (12.345, "12.35"),
            (0.0345, "0.035"),
            (-0.004, "-0.004"),
        ],
    )
    def test_is_as_chinese_readers_write_it(self, value: float, text: str) -> None:
        assert short_number(value) == text

    def test_keeps_the_decimals_that_an_axis_needs(self) -> None:
        ticks = [short_number(value, decimals=4) for value in (11_500, 12_050, 12_100, 123_456_000)]

        assert ticks == ["1.15万", "1.205万", "1.21万", "1.2345亿"]

    @given(st.integers(10_000, 10**13))
    def test_is_never_more_than_there_is(self, value: int) -> None:
        digits, unit = short_number(value)[:-1], short_number(value)[-1]

        shown = float(digits) * {"万": 10_000, "亿": 100_000_000}[unit]
        assert value * 0.9 < shown <= value * (1 + 1e-9)


class TestFullNumber:
    @pytest.mark.parametrize(
        ("value", "text"),
        [(12_345.678, "12,345.68"), (3_200, "3,200"), (0.5, "0.5"), (0.0123, "0.012"), (-7.0, "-7")],
    )
    def test_groups_thousands_and_has_two_decimals_at_most(self, value: float, text: str) -> None:
        assert full_number(value) == text
