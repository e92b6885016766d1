import random
import time
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tools.creators.formulas.trees import formulas
from tools.creators.formulas.check import dimension
from tools.creators.formulas.measures import Measure
from tools.creators.formulas.parse import number_in, parse, read
from tools.creators.formulas.presets import PRESETS, preset_nodes
from tools.creators.formulas.tokens import LONGEST_FORMULA
from tools.creators.formulas.tree import (
    Binary,
    FormulaError,
    Node,
    Number,
    Of,
    Sign,
    Window,
    written,
)
from tools.creators.formulas.units import Unit

PLAYS, LIKES = Of(Measure.PLAYS), Of(Measure.LIKES)


def printed(text: str) -> str:
    return written(parse(text, named=preset_nodes()))


def fault(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as found:
        parse(text, named=preset_nodes())
    return found.value


class TestParse:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("涨粉/播放*1000", "涨粉 ÷ 播放 × 1000"),
            ("（点赞＋评论）÷播放量×１００", "(点赞 + 评论) ÷ 播放 × 100"),
            ("涨粉除以播放乘以1000", "涨粉 ÷ 播放 × 1000"),
            ("new_followers / PLAYS * 1000", "涨粉 ÷ 播放 × 1000"),
            ("近7天(播放)", "近7天(播放)"),
            ("播放[7天]", "近7天(播放)"),
            ("last_7_days(plays)", "近7天(播放)"),
            ("播放近7天/7", "近7天(播放) ÷ 7"),
            ("近一周平均播放", "平均(播放, 7天)"),
            ("avg(likes, 30d)", "平均(点赞, 30天)"),
            ("平均播放", "平均(播放, 7天)"),
            ("合计(点赞, 14天)", "近14天(点赞)"),
            ("环比(播放, 7天)", "增长(播放, 7天)"),
            ("max(播放, 点赞)", "最大(播放, 点赞)"),
            ("播放 − 1万", "播放 - 10000"),
            ("完播率*100%", "完播 ÷ 播放 × 100%"),
            ("互动率", "(点赞 + 评论 + 转发 + 收藏) ÷ 播放"),
        ],
    )
    def test_reads_what_creators_write(self, text: str, meant: str) -> None:
        assert printed(text) == meant

    def test_multiplies_before_it_adds_and_goes_from_left_to_right(self) -> None:
        node = parse("播放-点赞*2-点赞", named={})

        twice = Binary(Sign.TIMES, LIKES, Number(Fraction(2)))
        assert node == Binary(Sign.MINUS, Binary(Sign.MINUS, PLAYS, twice), LIKES)

    def test_lets_a_later_formula_stand_on_an_earlier_one(self) -> None:
        assert printed("千播涨粉 - 1") == "涨粉 ÷ 播放 × 1000 - 1"

    @given(formulas)
    def test_reads_a_printed_tree_as_the_same_tree(self, node: Node) -> None:
        text = written(node)
        assume(len(text) <= LONGEST_FORMULA)

        assert read(text, named={}) == node

    @given(formulas, st.randoms(use_true_random=False))
    def test_reads_full_width_signs_the_same(self, node: Node, chance: random.Random) -> None:
        text = written(node)
        assume(len(text) <= LONGEST_FORMULA)
        wide = {"+": "＋", "-": "－", "×": "＊", "÷": "／", "(": "（", ")": "）", ",": "，", "%": "％"}

        other = "".join(wide.get(letter, letter) if chance.random() < 0.5 else letter for letter in text)

        assert read(other, named={}) == node


class TestFormulaError:
    @pytest.mark.parametrize(
        ("text", "place", "words"),
        [
            ("波放/点赞", "波放", "播放"),
            ("播放/涨粉率", "涨粉率", "涨粉"),
            ("播放+观看时长", "+", "“次”，“观看时长”的单位是“秒”"),
            ("涨粉-播放", "-", "单位不同不能相减"),
            ("最大(播放, 涨粉)", "最大", "单位不一样"),
            ("播放*", "", "后面还缺"),
            ("播放/*2", "*", "前面缺"),
            ("(播放", "(", "没有对应的右括号"),
            ("播放)", ")", "多了一个右括号"),
            ("播放 点赞", "点赞", "缺运算符"),
            ("1,000*播放", ",", "1000"),
            ("播放^2", "^", "乘方"),
            ("播放**9", "**", "乘方"),
            ("1e9*播放", "1e9", "科学计数法"),
            ("播放%点赞", "%", "百分号"),
            ("近7天(粉丝)", "粉丝", "不能按天累加"),
            ("近100天(播放)", "近100天", "90"),
            ("收益/播放", "收益", "我的收益"),
            ("完播率>1%", ">", "提醒我"),
            ("播放\u200b/2", "\u200b", "看不见"),
            ("рlays/2", "р", "不能用"),
            ("٣*播放", "٣", "不能用"),
            ("播放²", "²", "不能用"),
            ("__import__('os')", "'", "不能用"),
            ("100", "100", "至少要有一个数据"),
            ("中位数(播放, 点赞)", "中位数", "只算一个数据"),
        ],
    )
    def test_says_where_and_what_was_meant(self, text: str, place: str, words: str) -> None:
        found = fault(text)

        assert text[found.at : found.end] == place
        assert words in str(found)
        assert f"【{place}】" in str(found)

    def test_counts_places_from_one(self) -> None:
        assert "第 4 个字“波放”" in str(fault("播放/波放"))


class TestHostileFormula:
    @pytest.mark.parametrize(
        "text",
        [
            "(" * 100_000,
            "-" * 190 + "播放",
            "(" * 90 + "播放" + ")" * 90,
            "9" * 100_000,
            "9" * 100 + "*播放",
            "播放" * 50_000,
            "播放" + "*播放" * 70,
            "播放+" * 66 + "播放",
            "平均(" * 40 + "播放" + ")" * 40,
            "平均(平均(平均(播放/点赞,90天),90天),90天)",
            "平均(播放,90天)+平均(点赞,90天)+平均(评论,90天)",
            "近90天(" * 30 + "播放" + ")" * 30,
            "最大(" + "播放," * 60 + "播放)",
            "\u202e播放/点赞",
            "播\u0301放",
            "𝟗*播放",
            "播放\0",
            "().__class__.__bases__[0]",
            "播放 if 1 else 点赞",
            "lambda: 播放",
            "{播放}",
            "播放;点赞",
            "除" * 200,
            "近7天" * 40,
            "[7天]" * 40,
        ],
    )
    def test_is_refused_at_once(self, text: str) -> None:
        began = time.perf_counter()

        with pytest.raises(FormulaError) as found:
            parse(text, named=preset_nodes())

        assert time.perf_counter() - began < 0.5
        assert len(str(found.value)) < 400

    def test_cannot_grow_by_building_on_itself(self) -> None:
        named = {"一层": parse("播放+点赞", named={})}
        for _ in range(3):
            named["一层"] = parse("一层+一层", named=named)

        with pytest.raises(FormulaError, match="太长"):
            parse("一层+一层+一层+一层", named=named)

    @given(st.text(max_size=60) | st.text("播放点赞近7天()+-*/×÷%,.[]平均最大除以 ", max_size=40))
    def test_gives_a_tree_or_a_reason_and_nothing_else(self, text: str) -> None:
        try:
            node = parse(text, named=preset_nodes())
        except FormulaError as error:
            found = error.text[error.at : error.end]
            reason = str(error)
        else:
            found, reason = "", written(node)

        assert len(found) <= len(text)
        assert reason


class TestDimension:
    def test_divides_into_a_rate_and_a_share(self) -> None:
        assert dimension(parse("涨粉/播放", named={})) == ((Unit.TIMES, -1), (Unit.PEOPLE, 1))
        assert dimension(parse("完播/播放", named={})) == ()

    def test_lets_a_plain_number_go_with_any_unit(self) -> None:
        assert dimension(parse("播放+1", named={})) == ((Unit.TIMES, 1),)


class TestPresets:
    def test_are_all_read_by_each_of_their_names(self) -> None:
        nodes = preset_nodes()

        assert all(name in nodes for preset in PRESETS for name in (preset.name, *preset.synonyms))
        assert nodes["条均播放"] == Binary(
            Sign.DIVIDED, Window(7, PLAYS), Window(7, Of(Measure.WORKS_PUBLISHED))
        )


class TestNumberIn:
    @pytest.mark.parametrize(
        ("text", "value", "percent"),
        [
            ("1%", Fraction(1, 100), True),
            ("-3.5", Fraction(-7, 2), False),
            ("2万", Fraction(20_000), False),
            ("０．５％", Fraction(1, 200), True),
        ],
    )
    def test_is_exact(self, text: str, value: Fraction, *, percent: bool) -> None:
        assert number_in(text) == (value, percent)

    @pytest.mark.parametrize("text", ["", "-", "播放", "1%%", "1 2", "nan", "1/3"])
    def test_refuses_what_is_no_number(self, text: str) -> None:
        with pytest.raises(FormulaError):
            number_in(text)
