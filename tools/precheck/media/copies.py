"""Findings about whose video this is already: another creator's protected original, or an earlier work of one's own."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from tools.detection.matching.detector import Detector
from tools.detection.matching.evidence import draw_evidence
from tools.detection.matching.verdict import Match, Verdict, verdict_of
from tools.detection.original_store import OriginalStore
from tools.kernel.media.limits import MediaError
from tools.kernel.media.pool import MediaPool
from tools.precheck.media import media_rules as rules
from tools.precheck.media.quality import found_by
from tools.precheck.verdict import Finding, Part

_MOST = 3


@dataclass(frozen=True, slots=True)
class Author:
    """Who wants to publish, "" when unknown, and whose originals that account may use."""

    handle: str = ""
    permitted: frozenset[str] = field(default_factory=frozenset[str])


def copy_findings(
    path: Path, *, originals: OriginalStore, author: Author, pool: MediaPool, evidence: Path
) -> tuple[Finding, ...]:
    """Return which protected originals the video shows, each with a picture of both side by side in `evidence`.

    None where none are protected. Raises MediaError.
    """
    if not len(originals):
        return ()
    detector = Detector(originals, pool=pool)
    done = detector.check(path, allowed_owners=author.permitted)
    if done.fault is not None:
        raise MediaError(done.fault)
    frames = detector.frames(path) if done.matches else []
    findings: list[Finding] = []
    for place, match in enumerate(done.matches[:_MOST]):
        name = f"copy-{place}.png"
        evidence.mkdir(parents=True, exist_ok=True)
        picture = draw_evidence(frames, detector.originals.fingerprint(match.original), match)
        (evidence / name).write_bytes(picture)
        findings.append(replace(_finding(match, author), picture=name))
    return tuple(findings)


def _finding(match: Match, author: Author) -> Finding:
    original, owner = match.original.name, match.original.owner
    own = bool(author.handle) and owner == author.handle
    rule = rules.OWN_AGAIN if own else rules.LIKE_OTHER
    if not own and verdict_of([match]) is Verdict.COPY:
        rule = rules.COPY_OF_OTHER
    (start, end), (first, last) = match.video_seconds, match.original_seconds
    said = f"{start:.1f}–{end:.1f} 秒与“{original}”的 {first:.1f}–{last:.1f} 秒一致"
    if match.mirrored:
        said += "（左右翻转）"
    found = found_by(rule, Part.VIDEO, said=said, at_s=round(start, 1), owner=owner, original=original)
    return replace(found, confidence=round(match.score, 2))
