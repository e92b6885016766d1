from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tools.precheck.text.findings import Category, Disguise, Severity
from tools.precheck.text.reading import read
from tools.precheck.text.rules import Rule, Shapes
from tools.precheck.text.words import WordFinder

NO_SHAPES = Shapes({}, {})
RULE = Rule(
    id="t",
    category=Category.GAMBLING,
    severity=Severity.BLOCK,
    policy="p",
    clause="1.1",
    why="",
    advice="",
    words=(),
    rewrite="",
    fallback="好",
)
FEW = "赌博微信ab1"


class TestScan:
    @given(
        words=st.lists(st.text(FEW, min_size=2, max_size=4), min_size=1, max_size=8, unique=True),
        text=st.text(FEW + " ，*", max_size=80),
    )
    def test_finds_what_looking_at_every_place_finds(self, words: list[str], text: str) -> None:
        finder = WordFinder((replace(RULE, words=tuple(words)),), NO_SHAPES)
        reading = read(text)

        found = {(finder.patterns[number], start, end) for number, start, end in finder.scan(reading).found}

        places = range(len(reading.text))
        assert found == {
            (word, start, start + len(word))
            for word in words
            for start in places
            if reading.text.startswith(word, start)
        }


class TestHits:
    def test_tell_how_a_word_was_dressed(self) -> None:
        shapes = Shapes({"赌": ("贝者",)}, {"博": ("搏",)})
        finder = WordFinder((replace(RULE, words=("赌博", "weixin")),), shapes)

        found = {
            text: {hit.disguise for hit in finder.hits(reading, finder.scan(reading))}
            for text in ("赌博", "贝者博", "赌搏", "we1x1n", "weixin")
            for reading in (read(text),)
        }

        assert found == {
            "赌博": {None},
            "贝者博": {Disguise.SPLIT},
            "赌搏": {Disguise.LOOKALIKE},
            "we1x1n": {Disguise.LOOKALIKE},
            "weixin": {None},
        }
