"""Watermarks, codes and words from what was read in the stills."""

from collections.abc import Sequence

import pytest

from tools.precheck.media.marks import paragraphs, sightings
from tools.precheck.media.measured import ReadCode, ReadLine, ReadStill, Still
from tools.precheck.text.findings import Category, Severity, TextFinding
from tools.precheck.verdict import Finding, Part

CORNER = (0.02, 0.04, 0.2, 0.08)
MIDDLE = (0.3, 0.5, 0.7, 0.55)


def no_words(_: str) -> Sequence[TextFinding]:
    return ()


def lowest_price(text: str) -> Sequence[TextFinding]:
    """Find one word, also across a line break."""
    at = text.replace("\n", "").find("最低价")
    if at < 0:
        return ()
    start = text.index("最")
    end = text.index("价") + 1
    return (
        TextFinding(
            rule="adv",
            category=Category.ADVERTISING,
            severity=Severity.WARN,
            policy="advertising-wording",
            clause="1.1",
            span=(start, end),
            matched=text[start:end],
            why="极限词",
            advice="换一个说法",
            rewrite="价格实惠",
            confidence=0.9,
            disguise=None,
        ),
    )


def reads(*stills: Sequence[ReadLine | ReadCode]) -> list[tuple[Still, ReadStill]]:
    return [
        (
            Still(float(place), f"{place}.jpg"),
            ReadStill(
                tuple(one for one in seen if isinstance(one, ReadLine)),
                tuple(one for one in seen if isinstance(one, ReadCode)),
            ),
        )
        for place, seen in enumerate(stills)
    ]


def findings(found: list[tuple[Still, ReadStill]], part: Part = Part.VIDEO) -> list[Finding]:
    return [one.finding for one in sightings(found, part=part, check=lowest_price)]


class TestWatermarks:
    def test_are_names_of_platforms_that_stay_in_a_corner(self) -> None:
        seen = [ReadLine("抖音", 0.95, CORNER)]

        found = findings(reads(seen, seen, [], seen))

        assert [(one.rule, one.at_s, one.said) for one in found] == [("media.watermark", 0.0, "抖音")]

    def test_are_followed_from_corner_to_corner(self) -> None:
        other = ReadLine("TikTok", 0.9, (0.8, 0.9, 0.95, 0.95))

        found = findings(reads([ReadLine("TikTok", 0.9, CORNER)], [], [other], []))

        assert [one.rule for one in found] == ["media.watermark"]

    def test_are_not_seen_in_a_sentence_in_the_middle_or_only_once(self) -> None:
        sentence = ReadLine("抖音", 0.9, MIDDLE)
        once = ReadLine("小红书", 0.9, CORNER)

        assert findings(reads([sentence], [sentence], [sentence])) == []
        assert findings(reads([once], [], [], [])) == []

    @pytest.mark.parametrize("account", ["抖音号：laotie8888", "@老铁厨房"])
    def test_block_with_an_account(self, account: str) -> None:
        lines = [ReadLine("抖音", 0.9, CORNER), ReadLine(account, 0.9, (0.02, 0.09, 0.25, 0.12))]

        found = findings(reads(lines, lines, lines))

        assert [(one.rule, one.said, one.severity) for one in found] == [
            ("media.watermark_account", account, Severity.BLOCK)
        ]


class TestCodes:
    def test_that_lead_to_contacts_block_once(self) -> None:
        code = ReadCode("QRCode", "https://u.wechat.com/abc", MIDDLE)

        found = findings(reads([code], [code]))

        assert [(one.rule, one.at_s) for one in found] == [("media.contact_code", 0.0)]

    def test_of_anything_else_warn(self) -> None:
        found = findings(reads([ReadCode("QRCode", "https://example.com/\n\x00x", MIDDLE)]))

        assert [(one.rule, one.said) for one in found] == [("media.code", "二维码：https://example.com/  x")]

    @pytest.mark.parametrize(
        "code",
        [
            ReadCode("EAN13", "6901234567892", MIDDLE),
            ReadCode("QRCode", "https://www.kuaishou.com/profile/1", MIDDLE),
        ],
    )
    def test_of_goods_and_of_this_platform_are_none(self, code: ReadCode) -> None:
        assert findings(reads([code])) == []

    def test_of_a_lookalike_host_are_not_this_platforms(self) -> None:
        assert findings(reads([ReadCode("QRCode", "https://kuaishou.com.evil.cn/", MIDDLE)])) != []


class TestWords:
    def test_are_found_once_with_the_first_second(self) -> None:
        line = ReadLine("今天全网最低价", 0.9, MIDDLE)

        found = findings(reads([], [line], [line]))

        assert [(one.rule, one.at_s, one.span, one.rewrite) for one in found] == [
            ("adv", 1.0, None, "价格实惠")
        ]
        assert found[0].confidence == pytest.approx(0.81)

    def test_are_found_across_two_lines_of_one_text(self) -> None:
        upper, lower = (
            ReadLine("全网最", 0.9, (0.3, 0.5, 0.6, 0.55)),
            ReadLine("低价", 0.8, (0.3, 0.56, 0.5, 0.61)),
        )

        seen = sightings(reads([upper, lower]), part=Part.COVER, check=lowest_price)

        assert [one.box for one in seen] == [(0.3, 0.5, 0.6, 0.61)]
        assert seen[0].finding.at_s is None

    def test_of_lines_apart_are_read_apart(self) -> None:
        upper, lower = (
            ReadLine("全网最", 0.9, (0.3, 0.1, 0.6, 0.15)),
            ReadLine("低价", 0.9, (0.3, 0.8, 0.5, 0.85)),
        )

        assert [text for text, _ in paragraphs([lower, upper])] == ["全网最", "低价"]
        assert findings(reads([upper, lower])) == []

    def test_without_any_rule_are_none(self) -> None:
        line = ReadLine("今天全网最低价", 0.9, MIDDLE)

        assert sightings(reads([line]), part=Part.VIDEO, check=no_words) == ()
