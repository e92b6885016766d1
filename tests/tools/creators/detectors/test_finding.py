from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.detectors.finding import (
    Severity,
    Weight,
    change_text,
    day_text,
    severity_of,
    shortfall_bp,
    times_text,
)


class TestSeverityOf:
    @pytest.mark.parametrize(
        ("weight", "shortfall", "severity"),
        [
            (Weight.DIRECT, 5_000, Severity.HIGH),
            (Weight.DIRECT, 2_500, Severity.MEDIUM),
            (Weight.DIRECT, 2_499, Severity.LOW),
            (Weight.DRIVER, 4_999, Severity.MEDIUM),
            (Weight.SIDE, 10_000, Severity.MEDIUM),
            (Weight.SIDE, 4_999, Severity.LOW),
        ],
    )
    def test_weighs_the_shortfall(self, weight: Weight, shortfall: int, severity: Severity) -> None:
        assert severity_of(weight, shortfall) is severity

    @given(st.sampled_from(Weight), st.integers(0, 10_000), st.integers(0, 10_000))
    def test_never_falls_as_the_shortfall_grows(self, weight: Weight, one: int, other: int) -> None:
        less, more = sorted((one, other))

        assert severity_of(weight, more).rank <= severity_of(weight, less).rank


class TestShortfall:
    @pytest.mark.parametrize(
        ("value", "expected", "found"),
        [(80, 100, 2_000), (120, 100, 0), (0, 100, 10_000), (5, 0, 0), (-5, 3, 10_000)],
    )
    def test_is_a_part_of_the_expected(self, value: int, expected: int, found: int) -> None:
        assert shortfall_bp(value, expected) == found


class TestChangeText:
    @pytest.mark.parametrize(
        ("now", "before", "text"),
        [(120, 100, "+20.0%"), (80, 100, "-20.0%"), (100, 100, "0.0%"), (5, 0, "—"), (0, 5, "-100.0%")],
    )
    def test_shows_the_sign(self, now: int, before: int, text: str) -> None:
        assert change_text(now, before) == text


class TestTimesText:
    @pytest.mark.parametrize(("count", "text"), [(0, "0 次"), (9_999, "9999 次"), (18_400, "1.8 万次")])
    def test_sets_the_unit_as_chinese_readers_do(self, count: int, text: str) -> None:
        assert times_text(count) == text


class TestDayText:
    def test_has_no_leading_zeros(self) -> None:
        assert day_text(date(2022, 8, 1)) == "8月1日"
