"""BM25 over characters and pairs equals the published library, text by text."""

from typing import Any

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexicon import Lexicon, grams, matter

TEXTS = st.lists(st.text(alphabet="粉丝迁移光合计划a1 ，", max_size=20), min_size=1, max_size=8)


class TestGrams:
    def test_splits_han_into_characters_and_pairs(self) -> None:
        assert grams("粉丝量") == ["粉", "丝", "量", "粉丝", "丝量"]

    def test_keeps_latin_words_and_numbers_whole(self) -> None:
        assert grams("API涨10,000粉") == ["api", "涨", "10", "000", "粉"]

    def test_reads_full_width_as_half_width(self) -> None:
        assert grams("Ｐ级５元") == grams("P级5元")

    def test_finds_nothing_in_punctuation(self) -> None:
        assert grams("！？…😀") == []


class TestLexicon:
    @given(TEXTS, st.text(alphabet="粉丝迁移光合计划a1 ，新", max_size=12))
    def test_scores_like_bm25s(self, texts: list[str], question: str) -> None:
        split = [grams(text) for text in texts]
        known = [gram for gram in grams(question) if any(gram in row for row in split)]

        scores = Lexicon(texts).scores(question)

        if known:
            oracle: Any = bm25s.BM25(method="lucene", backend="numpy")
            oracle.index(split, show_progress=False)
            np.testing.assert_allclose(scores, oracle.get_scores(known), atol=1e-4)
        else:
            assert not scores.any()

    def test_scores_nothing_where_there_are_no_texts(self) -> None:
        assert Lexicon([]).scores("粉丝").shape == (0,)


class TestMatter:
    def test_leaves_out_what_questions_have_in_common(self) -> None:
        assert grams(matter("我的提现怎么还没到")) == grams("提现 没到")

    def test_leaves_nothing_of_a_question_about_nothing(self) -> None:
        assert grams(matter("那是什么呢")) == []
