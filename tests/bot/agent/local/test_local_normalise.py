"""One spelling for what is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.local.normalise import LONGEST_TEXT, plain, said, speller
from tools.kernel.numerals import count, number

SPELL = speller(["账号", "诊断", "侵权", "举报", "提现", "收益", "激励", "短剧分账", "认真", "人工"])


class TestSaid:
    @pytest.mark.parametrize(
        ("typed", "understood"),
        [
            ("帳號診斷", "账号诊断"),
            ("ＡＢＣ１２３", "abc123"),
            ("我要提现！", "我要提现!"),
            ("“举报”他", '"举报"他'),
            ("求扶持🙏🙏有啥", "求扶持  有啥"),
            ("俺的收益", "我的收益"),
        ],
    )
    def test_brings_spellings_together(self, typed: str, understood: str) -> None:
        assert said(typed).text == understood

    @pytest.mark.parametrize(
        ("typed", "understood"),
        [
            ("帐号珍断", "账号诊断"),
            ("被人清权了", "被人侵权了"),
            ("举抱他", "举报他"),
            ("怎么体现到卡", "怎么提现到卡"),
            ("短巨分帐", "短剧分账"),
            ("转人公客服", "转人工客服"),
        ],
    )
    def test_hears_the_word_behind_a_slip(self, typed: str, understood: str) -> None:
        assert said(typed, spell=SPELL).text == understood

    @pytest.mark.parametrize(
        "text", ["体现在哪里", "本人公开发布", "实名认证", "经历过", "我想知道", "手艺人老周"]
    )
    def test_leaves_everyday_words_alone(self, text: str) -> None:
        assert said(text, spell=SPELL).text == text

    @given(st.text(max_size=300))
    def test_keeps_both_spellings_in_step(self, text: str) -> None:
        both = said(text, spell=SPELL)

        assert len(both.plain) == len(both.text)

    @given(st.text(max_size=200))
    def test_changes_nothing_more_the_second_time(self, text: str) -> None:
        assert plain(plain(text)) == plain(text)

    def test_is_short_for_a_long_text(self) -> None:
        assert len(plain("视频" * 100_000)) <= LONGEST_TEXT


class TestNumber:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("3500", 3500),
            ("3,500", 3500),
            ("1.5万", 15_000),
            ("2w", 20_000),
            ("三千五", 3500),
            ("五百", 500),
            ("一百五", 150),
            ("十五", 15),
            ("二十", 20),
            ("两万三", 23_000),
            ("三千零五", 3005),
            ("一亿", 100_000_000),
            ("二零二二", 2022),
        ],
    )
    def test_reads(self, text: str, value: int) -> None:
        assert number(text) == value

    @given(st.integers(min_value=1, max_value=99))
    def test_reads_every_count_below_a_hundred(self, value: int) -> None:
        digits = "零一二三四五六七八九"
        tens, ones = divmod(value, 10)
        spoken = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")

        assert count(spoken) == value

    @pytest.mark.parametrize("text", ["nan", "Infinity", "1e5", "."])
    def test_takes_no_word_for_a_number(self, text: str) -> None:
        assert number(text) is None

    @given(st.text(max_size=20))
    def test_is_none_or_a_number_for_anything(self, text: str) -> None:
        value = number(text)

        assert value is None or value == value  # noqa: PLR0124 - not a NaN
