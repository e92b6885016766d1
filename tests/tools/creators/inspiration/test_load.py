from pathlib import Path

import pytest

from tools.creators.inspiration.load import PACKAGED, read_catalogue, read_seasons, read_shelf
from tools.kernel.errors import OperatorError

GOOD = """category: 美食
version: 1
dated: 2022-08-01
topics:
  - id: a
    title: 一道菜
    words: [红烧, 清炖, 凉拌]
    when: [summer]
    draws: likes
    hooks: [开头一, 开头二]
    script:
      - [3, 画面, 词]
      - [9, 画面二, 词二]
      - [4, 画面三, 词三]
    cover: 封面
    music: 音乐
    titles: [标题一, 标题二]
"""
TAGS = frozenset(["summer"])


class TestReadShelf:
    def test_reads_a_file(self) -> None:
        shelf = read_shelf("a.yaml", GOOD, tags=TAGS)

        assert (shelf.category, shelf.ideas[0].seconds, shelf.ideas[0].when) == ("美食", 16, ("summer",))

    @pytest.mark.parametrize(
        ("old", "new", "error"),
        [
            ("version: 1", "version: x", "a.yaml:2: 'x' is not a whole number from 1 to 10000"),
            ("2022-08-01", "2022-13-01", "a.yaml:3: '2022-13-01' is not a day such as 2022-08-01"),
            ("    title: 一道菜\n", "", "a.yaml:5: title is missing"),
            ("title: 一道菜", "titel: 一道菜", "a.yaml:6: unknown key titel"),
            ("    cover: 封面", "    cover: 封面\n    cover: 又一个", "a.yaml:16: cover is given twice"),
            ("[红烧, 清炖, 凉拌]", "[红烧, 红烧, 凉拌]", "a.yaml:7: 红烧 is given twice"),
            ("[红烧, 清炖, 凉拌]", "[红烧]", "a.yaml:7: 1 items, not 3 to 12"),
            ("[summer]", "[monsoon]", "a.yaml:8: unknown season monsoon"),
            ("draws: likes", "draws: tears", "a.yaml:9: draws must be one of likes, comments, shares, favourites, follows, not tears"),
            ("[9, 画面二, 词二]", "[90, 画面二, 词二]", "a.yaml:13: '90' is not a whole number from 1 to 60"),
            ("[9, 画面二, 词二]", "[9, 画面二]", "a.yaml:13: 2 items, not 3 to 3"),
            ("music: 音乐", "music: [音乐]", "a.yaml:16: not a text"),
            ("music: 音乐", "music:", "a.yaml:16: empty"),
            ("title: 一道菜", "title: " + "菜" * 21, "a.yaml:6: 21 characters, more than 20"),
            ("hooks: [开头一, 开头二]", "hooks: 开头", "a.yaml:10: not a list"),
            ("  - id: a\n", "  - [\n", "a.yaml:7: not YAML: did not find expected ',' or ']'"),
        ],
    )  # fmt: skip
    def test_names_file_and_line_of_what_is_wrong(self, old: str, new: str, error: str) -> None:
        with pytest.raises(OperatorError) as raised:
            read_shelf("a.yaml", GOOD.replace(old, new, 1), tags=TAGS)

        assert str(raised.value) == error

    def test_refuses_an_empty_file(self) -> None:
        with pytest.raises(OperatorError, match=r"a\.yaml:1: the file is empty"):
            read_shelf("a.yaml", "", tags=TAGS)


class TestReadSeasons:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("- {tag: a, words: 春, from: 02-30, until: 03-01}", "s.yaml:1: '02-30' is not a month and day such as 03-01"),
            ("- {tag: a, words: 春, from: 02-03}", "s.yaml:1: a season has from and until, or lead and days"),
            (
                "- {tag: a, words: 春, from: 02-03, until: 03-01}\n- {tag: a, words: 夏, lead: 3, days: [2022-01-01]}",
                "s.yaml:2: a is given twice",
            ),
        ],
    )  # fmt: skip
    def test_names_file_and_line_of_what_is_wrong(self, text: str, error: str) -> None:
        with pytest.raises(OperatorError) as raised:
            read_seasons("s.yaml", text)

        assert str(raised.value) == error


class TestReadCatalogue:
    def test_refuses_a_name_that_two_files_give(self, tmp_path: Path) -> None:
        (tmp_path / "catalogue").mkdir()
        (tmp_path / "seasons.yaml").write_text((PACKAGED / "seasons.yaml").read_text("utf-8"), "utf-8")
        (tmp_path / "catalogue" / "a.yaml").write_text(GOOD, "utf-8")
        (tmp_path / "catalogue" / "b.yaml").write_text(GOOD.replace("美食", "三农"), "utf-8")

        with pytest.raises(OperatorError, match=r"b\.yaml:1: a is given in a\.yaml too"):
            read_catalogue(tmp_path)

    def test_refuses_a_folder_without_seasons(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match=r"seasons\.yaml: no such file"):
            read_catalogue(tmp_path)
