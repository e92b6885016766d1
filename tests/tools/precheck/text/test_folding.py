import time

from hypothesis import given
from hypothesis import strategies as st

from knowledge.script import TRADITIONAL
from tools.precheck.text.folding import fold, fold_visible, fold_word, visible_places

ANY_CHARACTER = st.characters(exclude_categories=())
ODD = st.sampled_from("賭博ＶＸ①⑩㍿Ⅷﷺé\u0301\u200b\u202e\ud800\udfff👨‍👩‍👧🅰️❤️1️⃣➕\x00\u3000")
ANY_TEXT = st.text(ANY_CHARACTER | ODD, max_size=60)


class TestFold:
    @given(text=ANY_TEXT)
    def test_equals_folding_each_character_alone(self, text: str) -> None:
        assert fold(text).text == "".join(fold_word(character) for character in text)

    @given(text=ANY_TEXT)
    def test_knows_where_each_character_stood(self, text: str) -> None:
        folded = fold(text)

        places = [place for place, character in enumerate(text) for _ in fold_word(character)]
        assert folded.starts.tolist() == places

    @given(text=ANY_TEXT, edges=st.tuples(st.integers(0, 60), st.integers(1, 60)))
    def test_gives_back_a_part_that_folds_to_the_same(self, text: str, edges: tuple[int, int]) -> None:
        folded = fold(text)
        start = min(edges[0], max(len(folded.text) - 1, 0))
        end = min(start + edges[1], len(folded.text))
        if start >= end:
            return

        first, last = folded.span(start, end)

        # A character that stands for several is taken whole.
        assert folded.text[start:end] in fold_word(text[first:last])

    @given(text=ANY_TEXT)
    def test_changes_nothing_that_is_folded(self, text: str) -> None:
        once = fold_word(text)

        assert fold_word(once) == once

    def test_shows_what_a_reader_sees(self) -> None:
        assert fold("ＶＸ：１３８ ④⑤ 🅰🅱 賭\u200b博 wéi а").text == "vx13845ab赌博weia"

    def test_folds_long_texts_in_blocks_like_short_ones(self) -> None:
        text = "加薇❤①⑩賭 \u0301\ud800x" * 5_000

        folded = fold(text)

        assert folded.text == fold_word(text)
        assert folded.starts[-1] == len(text) - 1

    def test_takes_the_marks_on_the_last_character_with_it(self) -> None:
        text = "赌" + "\u0336" * 100_000 + "博" + "\u0336" * 100_000 + "好"

        assert fold(text).span(0, 2) == (0, 200_002)

    def test_reads_a_million_characters_in_bounded_time(self) -> None:
        started = time.perf_counter()

        folded = fold("ﷺ⑽㍿" * 333_333)

        assert len(folded.text) <= 8 * 1_000_000
        assert time.perf_counter() - started < 5

    def test_turns_every_traditional_character_of_the_table(self) -> None:
        assert all(fold_word(chr(code)) == simplified for code, simplified in TRADITIONAL.items())


class TestFoldVisible:
    @given(text=ANY_TEXT)
    def test_has_a_place_for_each_character(self, text: str) -> None:
        visible, places = fold_visible(text), visible_places(text)

        assert len(visible) == len(places)
        assert places == sorted(places)
        assert all(0 <= place < len(text) for place in places)

    def test_keeps_the_separators(self) -> None:
        assert fold_visible("Ｖ ➕ \u200b①。") == "v + 1。"
