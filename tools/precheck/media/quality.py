"""Findings about how a video or a cover looks and sounds, from what was measured. Pure."""

from collections.abc import Iterator
from statistics import median

from tools.precheck.media import media_rules as rules
from tools.precheck.media.measured import Measured, Sound, Span
from tools.precheck.media.media_rules import MediaRule
from tools.precheck.verdict import Finding, Part

_LEAST_SECONDS = 3.0
_MOST_SECONDS = 600.0
_LEAST_SIDE = 480
_WIDEST = 2.4
_MARGIN_SHARE = 0.12
_SHARP_FROM = 0.36
_STATIC_SHARE = 0.7
_FROZEN_SECONDS = 4.0
_SILENT_SHARE = 0.9
_SILENCE_SECONDS = 8.0
_QUIET_LUFS = -32.0
_LOUD_LUFS = -7.0
_FULL_SCALE = 1.0


def quality_findings(measured: Measured, *, part: Part) -> tuple[Finding, ...]:
    """Return what should be better before publishing."""
    found = [*_shape(measured, part), *_picture(measured, part)]
    if part is Part.VIDEO:
        found += [*_length(measured, part), *_movement(measured, part), *_sound(measured, part)]
    return tuple(found)


def found_by(
    rule: MediaRule, part: Part, *, said: str, at_s: float | None = None, **facts: object
) -> Finding:
    """Return the rule's finding with the facts in its words."""
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        part=part,
        policy=rule.policy,
        clause=rule.clause,
        why=rule.why.format(**facts),
        advice=rule.advice.format(**facts),
        said=said,
        at_s=at_s,
    )


def _length(measured: Measured, part: Part) -> Iterator[Finding]:
    seconds = measured.duration_seconds
    if seconds < _LEAST_SECONDS:
        yield found_by(rules.TOO_SHORT, part, said=f"时长 {seconds:.1f} 秒", least=_LEAST_SECONDS)
    if seconds > _MOST_SECONDS:
        yield found_by(rules.TOO_LONG, part, said=f"时长 {seconds / 60:.1f} 分钟", most=_MOST_SECONDS / 60)


def _shape(measured: Measured, part: Part) -> Iterator[Finding]:
    short, long = sorted((measured.width, measured.height))
    said = f"{measured.width}×{measured.height} 像素"
    if short < _LEAST_SIDE:
        yield found_by(rules.LOW_RESOLUTION, part, said=said, side=short)
    if long / short > _WIDEST:
        yield found_by(rules.ODD_ASPECT, part, said=said, ratio=long / short)


def _picture(measured: Measured, part: Part) -> Iterator[Finding]:
    share = measured.borders.area
    if share >= _MARGIN_SHARE:
        yield found_by(rules.BLACK_BORDERS, part, said=f"黑边 {share:.0%}", share=share)
    if measured.black:
        yield found_by(rules.BLACK_PICTURE, part, said="画面全黑")
    elif measured.sharpness and (sharp := median(measured.sharpness)) < _SHARP_FROM:
        yield found_by(rules.BLURRED, part, said=f"清晰度 {sharp:.2f}（正常在 {_SHARP_FROM:.2f} 以上）")


def _movement(measured: Measured, part: Part) -> Iterator[Finding]:
    if measured.black or measured.duration_seconds < _LEAST_SECONDS:
        return
    total = sum(end - start for start, end in measured.frozen)
    share = min(1.0, total / measured.duration_seconds)
    if share >= _STATIC_SHARE:
        yield found_by(rules.STATIC, part, said=f"静止 {total:.0f} 秒", share=share)
        return
    for start, end in _longer(measured.frozen, _FROZEN_SECONDS):
        said = f"静止 {end - start:.0f} 秒"
        yield found_by(rules.FROZEN, part, said=said, at_s=round(start, 1), seconds=end - start)


def _sound(measured: Measured, part: Part) -> Iterator[Finding]:
    sound = measured.sound
    if sound is None:
        yield found_by(rules.NO_SOUND, part, said="没有音轨")
        return
    silent = sum(end - start for start, end in sound.silences)
    share = min(1.0, silent / max(sound.seconds, 1e-6))
    if share >= _SILENT_SHARE:
        yield found_by(rules.SILENT, part, said=f"静音 {silent:.0f} 秒", share=share)
        return
    for start, end in _longer(sound.silences, _SILENCE_SECONDS):
        said = f"静音 {end - start:.0f} 秒"
        yield found_by(rules.SILENCE, part, said=said, at_s=round(start, 1), seconds=end - start)
    yield from _loudness(sound, part)


def _loudness(sound: Sound, part: Part) -> Iterator[Finding]:
    if (lufs := sound.loudness_lufs) is None:
        return
    if lufs < _QUIET_LUFS:
        yield found_by(rules.TOO_QUIET, part, said=f"{lufs:.1f} LUFS", lufs=lufs)
    if lufs > _LOUD_LUFS and sound.peak >= _FULL_SCALE:
        yield found_by(rules.TOO_LOUD, part, said=f"{lufs:.1f} LUFS", lufs=lufs)


def _longer(spans: tuple[Span, ...], seconds: float) -> list[Span]:
    return [(start, end) for start, end in spans if end - start >= seconds]
