from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.creators.formulas.alerts import Comparison, Threshold, ThresholdUnclear, read_threshold
from tools.creators.formulas.evaluate import Absent
from tools.creators.formulas.parse import parse
from tools.creators.formulas.presets import preset_nodes
from tools.creators.formulas.shown import number_text, rounded, unit_of, value_text
from tools.creators.formulas.tree import Node


def node(text: str) -> Node:
    return parse(text, named=preset_nodes())


class TestRounded:
    @given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 4))
    def test_agrees_with_decimal(self, digits: int, places: int, decimals: int) -> None:
        exact = Decimal(digits).scaleb(-places)
        quantum = Decimal(1).scaleb(-decimals)

        shown = rounded(Fraction(digits, 10**places), decimals=decimals)

        assert Decimal(shown.replace(",", "")) == exact.quantize(quantum, ROUND_HALF_UP)

    def test_rounds_half_away_from_zero_and_says_no_minus_zero(self) -> None:
        assert rounded(Fraction(5, 1000), decimals=2) == "0.01"
        assert rounded(Fraction(-1, 1000), decimals=2) == "0"


class TestNumberText:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Fraction(1234567), "1,234,567"),
            (Fraction(10, 3), "3.33"),
            (Fraction(1, 3), "0.333"),
            (Fraction(1, 300), "0.00333"),
            (Fraction(0), "0"),
            (Fraction(1, 10**12), "0"),
        ],
    )
    def test_keeps_what_counts(self, value: Fraction, text: str) -> None:
        assert number_text(value) == text


class TestValueText:
    @pytest.mark.parametrize(
        ("formula", "value", "text"),
        [
            ("完播率", Fraction(353, 1000), "35.3%"),
            ("完播率*100", Fraction(353, 10), "35.3%"),
            ("千播涨粉", Fraction(321, 100), "3.21 人/千次"),
            ("涨粉/播放", Fraction(321, 100_000), "0.00321 人/次"),
            ("播放", Fraction(12_345), "12,345 次"),
            ("平均播放时长", Fraction(25, 2), "12.5 秒/次"),
            ("增长(粉丝, 30天)", Fraction(-1, 20), "-5%"),
            ("条均播放", Fraction(1000), "1,000 次/条"),
            ("涨粉/播放*50", Fraction(1), "1 人/50 次"),
        ],
    )
    def test_has_the_unit(self, formula: str, value: Fraction, text: str) -> None:
        assert value_text(value, node(formula)) == text

    def test_says_that_there_is_none(self) -> None:
        assert value_text(Absent.DIVIDED_BY_ZERO, node("完播率")).startswith("无数据")

    def test_gives_a_product_its_square(self) -> None:
        assert unit_of(node("播放*点赞")) == "次²"


class TestReadThreshold:
    @pytest.mark.parametrize(
        ("text", "formula", "meant"),
        [
            ("<1%", "完播率", Threshold(Comparison.LESS, Fraction(1, 100))),
            ("低于 1%", "完播率*100", Threshold(Comparison.LESS, Fraction(1))),
            ("高于1.5万", "播放", Threshold(Comparison.MORE, Fraction(15_000))),
            ("不低于 3 人/千次", "千播涨粉", Threshold(Comparison.AT_LEAST, Fraction(3))),
            ("≤20%", "掉粉比", Threshold(Comparison.AT_MOST, Fraction(1, 5))),
            ("<-5%", "增长(播放)", Threshold(Comparison.LESS, Fraction(-1, 20))),
        ],
    )
    def test_is_a_bound_in_the_formulas_numbers(self, text: str, formula: str, meant: Threshold) -> None:
        assert read_threshold(text, node=node(formula)) == meant

    @pytest.mark.parametrize(
        ("text", "formula", "words"),
        [
            ("<1%", "千播涨粉", "人/千次"),
            ("<5", "完播率", "低于 5%"),
            ("1%", "完播率", "低于还是高于"),
            ("低于很多", "完播率", "要写一个数"),
        ],
    )
    def test_is_refused_where_it_does_not_fit(self, text: str, formula: str, words: str) -> None:
        with pytest.raises(ThresholdUnclear, match=words):
            read_threshold(text, node=node(formula))


class TestThreshold:
    @given(st.fractions(), st.fractions(), st.sampled_from(Comparison))
    def test_is_crossed_as_python_compares(
        self, value: Fraction, bound: Fraction, comparison: Comparison
    ) -> None:
        held = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}

        assert Threshold(comparison, bound).crossed_by(value) == held[comparison.value]

    def test_is_not_crossed_by_no_value(self) -> None:
        assert not Threshold(Comparison.LESS, Fraction(1)).crossed_by(Absent.DIVIDED_BY_ZERO)
