"""The argument `draft`, and the key that makes two drafts the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.precheck.drafts import LONGEST_TEXT, Draft, DraftFile, DraftTooLong, as_typed, draft_of, storable

FILE = DraftFile(Path("clip.mp4"), "clip.mp4", "0" * 64, 7)


class TestDraftOf:
    @pytest.mark.parametrize(
        ("spoken", "title", "text"),
        [
            ("title:今天教你做红烧肉", "今天教你做红烧肉", ""),
            ("text:秋收啦家人们", "", "秋收啦家人们"),
            ("title:红烧肉\ntext:三步就好\n快来看", "红烧肉", "三步就好\n快来看"),
            ("随便写的一句", "", "随便写的一句"),
            ("title:", "", ""),
            ("", "", ""),
        ],
    )
    def test_reads_title_and_text(self, spoken: str, title: str, text: str) -> None:
        assert draft_of(spoken) == Draft(title=title, text=text)

    @given(st.text(max_size=200))
    def test_takes_any_words(self, spoken: str) -> None:
        draft = draft_of(spoken)

        assert draft == draft_of(f"text:{spoken}") or "title:" in spoken or "text:" in spoken


class TestDraft:
    def test_has_the_same_key_only_for_the_same_content(self) -> None:
        draft = Draft("标题", "文案", video=FILE)

        keys = {
            one.key(creator_id=creator, rules_version=version)
            for one in (
                draft,
                replace(draft, title="标题2"),
                replace(draft, title="", text="标题文案"),
                replace(draft, video=replace(FILE, sha256="1" * 64)),
                replace(draft, video=None, cover=FILE),
            )
            for creator in (1, 2, None)
            for version in ("a", "b")
        }

        assert len(keys) == 30
        renamed = replace(draft, video=replace(FILE, name="other.mp4", upload_id=9))
        assert renamed.key(creator_id=1, rules_version="a") in keys

    def test_refuses_a_text_that_nobody_publishes(self) -> None:
        with pytest.raises(DraftTooLong) as caught:
            Draft(text="字" * (LONGEST_TEXT + 1))

        assert str(caught.value) == "文案有 100,001 个字，太长了。请控制在 100,000 个字以内再检测。"


class TestAsTyped:
    def test_gives_the_words_as_the_creator_wrote_them(self) -> None:
        line = "标题“全网最低价，手慢无…ＡＢ”能发吗"

        assert as_typed("全网最低价,手慢无...AB", line) == "全网最低价，手慢无…ＡＢ"

    def test_keeps_what_is_invisible_inside_them(self) -> None:
        assert as_typed("加V领福利", "文案“加\u200bV领福利”能发吗") == "加\u200bV领福利"

    def test_gives_words_that_are_not_in_the_line_as_they_are(self) -> None:
        assert as_typed("别的话", "标题“全网最低价”能发吗") == "别的话"
        assert as_typed("", "标题") == ""


class TestStorable:
    @given(st.text(alphabet=st.characters(codec=None), max_size=50))
    def test_keeps_the_length_and_gives_what_databases_take(self, words: str) -> None:
        stored = storable(words)

        assert len(stored) == len(words)
        assert "\x00" not in stored
        stored.encode()

    def test_replaces_a_lone_surrogate_and_a_nul(self) -> None:
        assert storable("a\ud800b\x00c") == "a\ufffdb\ufffdc"
