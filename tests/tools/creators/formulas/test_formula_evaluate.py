import time
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tools.creators.formulas.trees import FIRST, arithmetic, expected, figures, formulas
from tools.creators.formulas.evaluate import Absent, Evaluation, Figures
from tools.creators.formulas.measures import Measure
from tools.creators.formulas.parse import parse, read
from tools.creators.formulas.presets import preset_nodes
from tools.creators.formulas.tokens import LONGEST_FORMULA
from tools.creators.formulas.tree import Node, reach, written

SIX_DAYS = Figures(
    frozenset(FIRST + timedelta(days=place) for place in range(6)),
    {
        Measure.PLAYS: {
            FIRST + timedelta(days=place): plays for place, plays in enumerate((10, 0, 30, 40, 50, 60))
        },
        Measure.NEW_FOLLOWERS: {FIRST + timedelta(days=5): 3},
        Measure.FOLLOWERS: {FIRST + timedelta(days=place): 100 + place for place in range(6)},
    },
)


def value(text: str, *, place: int = 5) -> Fraction | Absent:
    return Evaluation(parse(text, named=preset_nodes()), SIX_DAYS).on(FIRST + timedelta(days=place))


class TestEvaluation:
    @given(arithmetic, figures(), st.integers(-2, 31))
    def test_agrees_with_pythons_fractions(self, node: Node, have: Figures, place: int) -> None:
        day = FIRST + timedelta(days=place)
        text = written(node)
        assume(len(text) <= LONGEST_FORMULA)

        assert Evaluation(read(text, named={}), have).on(day) == expected(node, have, day)

    @given(formulas, figures(), st.integers(0, 29), st.integers(1, 10))
    def test_agrees_with_adding_up_day_by_day(self, node: Node, have: Figures, place: int, days: int) -> None:
        day = FIRST + timedelta(days=place)
        evaluation = Evaluation(node, have)

        assert evaluation.on(day) == expected(node, have, day)
        assert evaluation.over(day, days=days) == expected(node, have, day, days)

    @given(formulas, figures(), st.integers(0, 29))
    def test_needs_no_day_beyond_its_reach(self, node: Node, have: Figures, place: int) -> None:
        day = FIRST + timedelta(days=place)
        near = frozenset(one for one in have.days if day - timedelta(days=reach(node)) <= one <= day)

        assert Evaluation(node, Figures(near, have.counts)).on(day) == Evaluation(node, have).on(day)

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("涨粉/播放*1000", Fraction(50)),
            ("近3天(播放)", Fraction(150)),
            ("平均(播放, 3天)", Fraction(50)),
            ("中位数(播放, 6天)", Fraction(35)),
            ("增长(播放)", Fraction(1, 5)),
            ("增长(播放, 3天)", Fraction(150 - 40, 40)),
            ("增长(粉丝, 5天)", Fraction(5, 100)),
            ("近7天(播放)", Absent.NO_FIGURES),
            ("播放/(点赞-点赞)", Absent.DIVIDED_BY_ZERO),
            ("0/(点赞)*播放", Absent.DIVIDED_BY_ZERO),
            ("播放*999999999999*999999999999", Absent.TOO_LARGE),
        ],
    )
    def test_means_what_the_page_says(self, text: str, meant: Fraction | Absent) -> None:
        assert value(text) == meant

    def test_leaves_days_divided_by_zero_out_of_a_mean(self) -> None:
        # 涨粉/播放 has no value on the second day, when nobody watched; the others are 0 but the last.
        assert value("平均(涨粉/播放, 6天)") == Fraction(1, 20) / 5

    def test_is_quick_for_the_slowest_formula_that_is_let_in(self) -> None:
        text = "1/平均(1/平均(播放/观看时长*转发/点赞/收藏,90天)+评论,90天)"
        days = [FIRST + timedelta(days=place) for place in range(500)]
        primes = {
            measure: {day: 10**9 + 7 + 2 * place * (number + 3) for place, day in enumerate(days)}
            for number, measure in enumerate(Measure)
        }
        node = parse(text.replace("+评论", ""), named={})
        began = time.perf_counter()

        evaluation = Evaluation(node, Figures(frozenset(days), primes))
        values = [evaluation.on(day) for day in days[-90:]]

        assert all(isinstance(one, Fraction) for one in values)
        assert time.perf_counter() - began < 5
