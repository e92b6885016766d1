from hypothesis import given
from hypothesis import strategies as st

from tools.precheck.text.reading import read
from tools.precheck.text.sounds import hear
from tools.precheck.text.syllables import merged, readings, spellings

SPELLINGS = sorted(spellings())


def heard(text: str) -> list[tuple[str, str]]:
    """Return what is heard with what it stands for: ("", part) where it has no sound."""
    reading = read(text)
    found = hear(reading.text, reading.folded, reading.latin_places)
    names = {number: name for name, number in readings()[1].items()}
    return [
        (names.get(int(number), ""), reading.text[found.start(place) : found.end(place)])
        for place, number in enumerate(found.syllables)
    ]


class TestHear:
    def test_reads_characters_and_pinyin_alike(self) -> None:
        assert heard("加wei信") == [("jia", "加"), ("wei", "wei"), ("xin", "信")]

    def test_joins_letters_that_all_stand_apart(self) -> None:
        assert [name for name, _ in heard("w e i x i n")] == ["wei", "xin"]

    def test_keeps_words_apart_that_a_space_parts(self) -> None:
        assert [name for name, _ in heard("du bo")] == ["du", "bo"]

    def test_reads_leet(self) -> None:
        assert [name for name, _ in heard("du b0")] == ["du", "bo"]

    def test_hears_nothing_in_other_languages(self) -> None:
        assert {name for name, _ in heard("hello world 2022")} == {""}

    @given(names=st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=6))
    def test_hears_every_spelling_between_spaces(self, names: list[str]) -> None:
        # One letter alone is no word in Latin letters.
        spoken = [name for name in names if len(name) > 1]

        assert [name for name, _ in heard(" ".join(spoken))] == spoken

    @given(text=st.text("abcdefghijklmnopqrstuvwxyz0123456789 加信", max_size=60))
    def test_loses_no_character(self, text: str) -> None:
        assert "".join(part for _, part in heard(text)) == read(text).text

    def test_takes_a_million_letters_for_no_pinyin(self) -> None:
        assert len(heard("xi" * 500_000)) == 1_000_000


class TestMerged:
    def test_hears_neighbours_as_one(self) -> None:
        _, numbers = readings()
        plain = merged()

        assert plain[numbers["zhen"]] == plain[numbers["zen"]]
        assert plain[numbers["xing"]] == plain[numbers["xin"]]
        assert plain[numbers["wang"]] != plain[numbers["wan"]]

    def test_fits_nine_bits(self) -> None:
        assert max(readings()[1].values()) < 512
