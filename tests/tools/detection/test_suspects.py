from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.detection.suspects import (
    LONGEST_AUTHOR,
    LONGEST_URL,
    AuthorInvalid,
    Suspect,
    UrlInvalid,
    canonical_url,
    last_segment,
    read_author,
    read_suspect,
    read_url,
)


class TestReadUrl:
    @pytest.mark.parametrize(
        ("text", "url"),
        [
            ("https://v.kuaishou.com/abc", "https://v.kuaishou.com/abc"),
            (" http://example.com/s/8821?x=1#t ", "http://example.com/s/8821?x=1#t"),
            ("v.kuaishou.com/abc", "https://v.kuaishou.com/abc"),
            ("example.com", "https://example.com"),
            ("HTTPS://Example.COM:8443/A", "HTTPS://Example.COM:8443/A"),
            ("https://例子.中国/视频", "https://例子.中国/视频"),
        ],
    )
    def test_keeps_a_link_as_it_was_typed(self, text: str, url: str) -> None:
        assert read_url(text) == url

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "   ",
            "他搬运我",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "ftp://example.com/a",
            "data:text/html,<script>",
            "https://",
            "https:///path",
            "https://localhost/a",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://169.254.169.254/latest",
            "https://user:pass@example.com/",
            "https://exa mple.com/",
            "https://example.com/a\nb",
            "https://example.com/\x00",
            "https://example.com/\u202egnp.exe",
            "https://example.com:99999/",
            "https://example.com:abc/",
            "https://[bad/",
            "https://-.com/",
            "https://" + "a" * 64 + ".com/",
            "https://example.com/" + "a" * LONGEST_URL,
            "x" * 100_000,
        ],
    )
    def test_refuses_what_is_no_link_to_a_site(self, text: str) -> None:
        with pytest.raises(UrlInvalid) as refused:
            read_url(text)

        assert len(str(refused.value)) < 100

    @given(st.text(max_size=60) | st.text("htps:/.@[]%#?a1-\u202e ", max_size=40).map("https://".__add__))
    def test_gives_back_a_harmless_link_or_refuses(self, text: str) -> None:
        try:
            url = read_url(text)
        except UrlInvalid:
            return

        parts = urlsplit(url)
        assert parts.scheme.lower() in ("http", "https")
        assert parts.hostname
        assert parts.username is None
        assert url.isprintable()
        assert len(url) <= LONGEST_URL


class TestCanonicalUrl:
    @pytest.mark.parametrize(
        "same",
        [
            "http://example.com/v/1",
            "https://EXAMPLE.com/v/1/",
            "https://example.com:443/v/1#t=10",
            "https://example.com./v/1",
        ],
    )
    def test_is_the_same_for_the_same_video(self, same: str) -> None:
        assert canonical_url(same) == "example.com/v/1"

    @pytest.mark.parametrize(
        "other", ["https://example.com/v/2", "https://example.com/v/1?x=2", "https://example.com:8443/v/1", "https://example.com/V/1"]
    )  # fmt: skip
    def test_differs_for_another_one(self, other: str) -> None:
        assert canonical_url(other) != "example.com/v/1"


class TestLastSegment:
    @pytest.mark.parametrize(
        ("url", "segment"),
        [
            ("https://www.kuaishou.com/short-video/3xabc", "3xabc"),
            ("https://www.kuaishou.com/short-video/3xabc/?a=b", "3xabc"),
            ("https://example.com", ""),
        ],
    )
    def test_is_where_a_work_carries_its_id(self, url: str, segment: str) -> None:
        assert last_segment(url) == segment


class TestReadAuthor:
    @pytest.mark.parametrize(
        ("text", "name"),
        [(" 木匠老陳 ", "木匠老陳"), ("a\u200bb", "ab"), ("老 \n 王", "老 王"), ("@fangmao", "@fangmao")],
    )
    def test_keeps_what_can_be_seen(self, text: str, name: str) -> None:
        assert read_author(text) == name

    @pytest.mark.parametrize("text", ["", "@", "\u200b\u202e", "字" * (LONGEST_AUTHOR + 1), "x" * 100_000])
    def test_refuses_what_no_account_is_called(self, text: str) -> None:
        with pytest.raises(AuthorInvalid):
            read_author(text)


class TestReadSuspect:
    @pytest.mark.parametrize(("url", "author"), [(None, None), ("", " "), ("  ", None)])
    def test_is_none_when_nobody_is_named(self, url: str | None, author: str | None) -> None:
        assert read_suspect(url=url, author=author) is None

    def test_keeps_both(self) -> None:
        suspect = read_suspect(url="example.com/v/1", author="木匠老陳")

        assert suspect is not None
        assert suspect == Suspect("https://example.com/v/1", "木匠老陳")
        assert suspect.key == "url:example.com/v/1"
        assert suspect.words == "https://example.com/v/1（账号“木匠老陳”）"

    def test_knows_a_name_with_or_without_its_at(self) -> None:
        keys = {Suspect(None, name).key for name in ("FangMao", "@fangmao")}

        assert keys == {"author:fangmao"}
