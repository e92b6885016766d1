import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.glyphs import drawable
from bot.pictures.make_font import FONT, characters
from bot.pictures.sheet import font_characters

ROOT = Path(__file__).parents[3]
THREE_MEGABYTES = 3_000_000


def words_of(*folders: str) -> Iterator[tuple[Path, str]]:
    """Yield every text that the code of these folders holds."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield path, node.value


class TestFont:
    def test_is_small_enough_to_ship(self) -> None:
        assert FONT.stat().st_size < THREE_MEGABYTES

    def test_comes_with_its_licence_and_its_making(self) -> None:
        licence = (FONT.parent / "OFL.txt").read_text("utf-8")
        making = (FONT.parent / "README.md").read_text("utf-8")

        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert "Copyright 2014-2021 Adobe" in licence
        assert "python -m bot.pictures.make_font" in making
        assert FONT.name in making

    def test_has_all_of_gb_2312(self) -> None:
        rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
        hanzi = {
            ord(c) for row in rows for cell in cells for c in bytes((row, cell)).decode("gb2312", "ignore")
        }

        assert len(hanzi) == 6_763
        assert hanzi <= font_characters()

    def test_is_what_its_maker_asks_for_as_far_as_the_source_has_it(self) -> None:
        # The font's own last resort and the space that the source maps twice are not asked for.
        assert len(font_characters() - characters()) <= 2
        assert len(characters() - font_characters()) < 300

    def test_can_show_every_word_of_the_product_and_the_demo(self) -> None:
        lacking = {
            (path.name, text[:40])
            for path, text in words_of("tools")
            # Signs that stand for others in formulas, impostors' names and disguised words; no picture shows them.
            if path.name not in {"tokens.py", "impostor.py", "folding.py", "ordinary.py"}
            and "□" in drawable(text.replace("□", ""), font=font_characters())
        }

        assert lacking == set()

    @pytest.mark.parametrize("name", ["赟", "喆", "祎", "堃", "玥", "翀", "靐", "歐陽", "Zoë"])
    def test_can_show_names_beyond_the_standard(self, name: str) -> None:
        assert drawable(name, font=font_characters()) == name


class TestDrawable:
    def test_leaves_emoji_out(self) -> None:
        assert drawable("东北\U0001f525炖大鹅❤️\u200d!", font=font_characters()) == "东北炖大鹅!"

    def test_shows_that_a_letter_is_missing_and_reports_it(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "bot.pictures.glyphs")

        shown = drawable("ไก่ 你好", font=font_characters())

        assert shown == "□□ 你好"
        assert "U+0E44" in caplog.text

    def test_puts_letters_and_their_accents_together(self) -> None:
        assert drawable("e\u0301", font=font_characters()) == "é"

    @given(st.text())
    def test_is_all_in_the_font_and_on_one_line(self, text: str) -> None:
        shown = drawable(text, font=font_characters())

        assert {ord(character) for character in shown} <= font_characters()
        assert "\n" not in shown
