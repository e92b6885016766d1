"""Findings in order, and the verdict that they make."""

from dataclasses import replace

import pytest

from tools.precheck.text.findings import Severity
from tools.precheck.verdict import Finding, Part, Verdict, ordered, verdict_of

WARNING = Finding(
    rule="a",
    severity=Severity.WARN,
    part=Part.TITLE,
    policy="advertising-wording",
    clause="1.1",
    why="为什么",
    advice="怎么改",
    span=(0, 2),
)
BLOCK = replace(WARNING, rule="b", severity=Severity.BLOCK, part=Part.VIDEO, span=None, at_s=3.0)


class TestVerdictOf:
    @pytest.mark.parametrize(
        ("findings", "verdict"),
        [((), Verdict.PASS), ((WARNING,), Verdict.WARN), ((WARNING, BLOCK), Verdict.BLOCK)],
    )
    def test_is_that_of_the_gravest_finding(self, findings: tuple[Finding, ...], verdict: Verdict) -> None:
        assert verdict_of(findings) is verdict


class TestOrdered:
    def test_puts_blocks_first_then_the_place(self) -> None:
        later = replace(WARNING, span=(5, 6))
        caption = replace(WARNING, part=Part.TEXT)

        assert ordered([caption, later, WARNING, BLOCK]) == (BLOCK, WARNING, later, caption)
