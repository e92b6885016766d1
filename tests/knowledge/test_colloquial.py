"""Spoken Chinese is brought nearer to how rules are written, for finding only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.colloquial import common


class TestCommon:
    @pytest.mark.parametrize(
        ("spoken", "written"),
        [
            ("提现咋整啊", "提现怎么办"),
            ("那个就是我想问一下提现要多久呢", "提现要多久"),
            ("您好，请问公会抽成高吗", "，机构服务费高吗"),
            ("這個獎勵幾時發", "奖励什么时候发"),
            ("能提现不？", "能提现吗？"),
            ("不能提现", "不能提现"),
        ],
    )
    def test_drops_fillers_and_replaces_dialect(self, spoken: str, written: str) -> None:
        assert common(spoken) == written

    @pytest.mark.parametrize("text", ["那个", "请问", "啊啊啊", "嗯"])
    def test_keeps_a_text_of_nothing_but_fillers(self, text: str) -> None:
        assert common(text) == text

    @given(st.text(max_size=60))
    def test_is_empty_for_nothing_but_an_empty_text(self, text: str) -> None:
        assert bool(common(text)) == bool(text)
