"""What is said about a draft: findings by severity, and the verdict that they make. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from tools.precheck.text.findings import Severity, TextFinding


class Verdict(StrEnum):
    """The prediction for a draft; the Chinese words are those of 《发布前诊断使用说明》1.1."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    BLOCK = "block"

    @property
    def words(self) -> str:
        """The verdict as a creator reads it."""
        return {Verdict.PASS: "通过", Verdict.WARN: "提醒", Verdict.BLOCK: "不建议发布"}[self]


class Part(StrEnum):
    """The part of a draft that a finding is in."""

    TITLE = "title"
    TEXT = "text"
    COVER = "cover"
    VIDEO = "video"

    @property
    def words(self) -> str:
        """The part as a creator calls it."""
        return {Part.TITLE: "标题", Part.TEXT: "文案", Part.COVER: "封面", Part.VIDEO: "视频"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may break a rule: where, what, why, and what to change.

    `span` counts characters of the title or text, `at_s` seconds of the video; `said` is the words found or the value
    measured; `picture` is a PNG among the files of the check, named below the folder of files.
    """

    rule: str
    severity: Severity
    part: Part
    policy: str
    clause: str
    why: str
    advice: str
    said: str = ""
    span: tuple[int, int] | None = None
    at_s: float | None = None
    rewrite: str = ""
    confidence: float = 1.0
    picture: str = ""


FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])
_ORDER = (Severity.BLOCK, Severity.WARN)
_PARTS = tuple(Part)


def of_text(found: TextFinding, *, part: Part) -> Finding:
    """Return what the text rules found in the title or the text."""
    return Finding(
        rule=found.rule,
        severity=found.severity,
        part=part,
        policy=found.policy,
        clause=found.clause,
        why=found.why,
        advice=found.advice,
        said=found.matched,
        span=found.span,
        rewrite=found.rewrite,
        confidence=found.confidence,
    )


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the gravest first, then by part and by place in it."""
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                _ORDER.index(one.severity),
                _PARTS.index(one.part),
                one.at_s or 0.0,
                one.span or (0, 0),
                one.rule,
            ),
        )
    )


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return what the gravest finding means."""
    severities = {one.severity for one in findings}
    if Severity.BLOCK in severities:
        return Verdict.BLOCK
    return Verdict.WARN if Severity.WARN in severities else Verdict.PASS
