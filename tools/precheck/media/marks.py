"""Findings about what is written in a picture: watermarks of other platforms, codes, words against the text rules. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from tools.precheck.media import media_rules as rules
from tools.precheck.media.measured import Box, ReadCode, ReadLine, ReadStill, Still
from tools.precheck.media.quality import found_by
from tools.precheck.text.findings import TextFinding
from tools.precheck.verdict import Finding, Part

TextCheck = Callable[[str], Sequence[TextFinding]]

_PLATFORMS = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        ("抖音", r"抖音|douyin"),
        ("TikTok", r"tik\s?tok"),
        ("小红书", r"小红书|xiaohongshu|rednote"),
        ("哔哩哔哩", r"哔哩哔哩|bilibili"),
        ("西瓜视频", r"西瓜视频"),
        ("微信视频号", r"(?:微信)?视频号"),
        ("微博", r"微博|weibo"),
        ("YouTube", r"youtube"),
        ("好看视频", r"好看视频"),
        ("今日头条", r"今日头条"),
        ("皮皮虾", r"皮皮虾"),
        ("知乎", r"知乎|zhihu"),
        ("爱奇艺", r"爱奇艺|iqiyi"),
        ("优酷", r"优酷|youku"),
        ("腾讯视频", r"腾讯视频"),
        ("Instagram", r"instagram"),
    )
)
_ACCOUNT = re.compile(r"号\s*[:：]?\s*[a-z0-9_.\-]{4,}|@\s?\S{2,}|\bid\s*[:：]\s*\S{3,}", re.IGNORECASE)
# A watermark is a few characters at the edge; a sentence that names a platform is not one.
_LONGEST_MARK = 28
_EDGE_X, _EDGE_Y = 0.36, 0.26
# Watermarks stay, or jump between corners: they are in a good part of all pictures.
_STEADY_SHARE = 0.3
_FEW_PICTURES = 2
_NEAR_LINES = 0.09
_UNSTEADY_CONFIDENCE = 0.6
_SQUARE_CODES = ("QRCode", "MicroQRCode", "RMQRCode", "Aztec", "DataMatrix")
_OWN_HOSTS = ("kuaishou.com", "gifshow.com", "chenzhongtech.com", "kwai.com")
_CONTACT = re.compile(
    r"weixin|wechat|wxp://|qm\.qq\.com|qq\.com|alipay|t\.me/|whatsapp|line\.me|mailto:|tel:|smsto:|begin:vcard"
    r"|douyin|tiktok|xiaohongshu|xhslink|b23\.tv|bilibili|weibo",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding with the place in a still that shows it."""

    finding: Finding
    still: Still
    box: Box


def sightings(
    reads: Sequence[tuple[Still, ReadStill]], *, part: Part, check: TextCheck
) -> tuple[Sighting, ...]:
    """Return each thing once, where it is seen first."""
    marked = list(_watermarks(reads, part))
    words = _words(reads, part, check=check)
    return (*marked, *_codes(reads, part), *words)


def _watermarks(reads: Sequence[tuple[Still, ReadStill]], part: Part) -> Iterator[Sighting]:
    for platform, pattern in _PLATFORMS:
        seen = [
            (still, read, line) for still, read in reads for line in read.lines if _is_mark(line, pattern)
        ]
        share = len({still.name for still, _, _ in seen}) / max(1, len(reads))
        if not seen or (len(reads) > _FEW_PICTURES and share < _STEADY_SHARE):
            continue
        with_account = [
            (still, line, found) for still, read, line in seen if (found := _account(line, read)) is not None
        ]
        if with_account:
            still, line, account = with_account[0]
            rule, said = rules.WATERMARK_ACCOUNT, account
        else:
            still, _, line = seen[0]
            rule, said = rules.WATERMARK, line.text.strip()
        steady = 1.0 if len(reads) > _FEW_PICTURES else _UNSTEADY_CONFIDENCE
        found = found_by(rule, part, said=said, at_s=_at(still, part), platform=platform)
        yield Sighting(replace(found, confidence=round(line.score * steady, 2)), still, line.box)


def _is_mark(line: ReadLine, pattern: re.Pattern[str]) -> bool:
    return len(line.text) <= _LONGEST_MARK and _at_the_edge(line.box) and bool(pattern.search(line.text))


def _at_the_edge(box: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return (x < _EDGE_X or x > 1 - _EDGE_X) and (y < _EDGE_Y or y > 1 - _EDGE_Y)


def _account(mark: ReadLine, read: ReadStill) -> str | None:
    """Return the account that stands in the watermark or in the line beside it."""
    middle = (mark.box[1] + mark.box[3]) / 2
    for line in (mark, *read.lines):
        near = abs((line.box[1] + line.box[3]) / 2 - middle) <= _NEAR_LINES
        overlaps = min(line.box[2], mark.box[2]) > max(line.box[0], mark.box[0])
        if near and overlaps and _ACCOUNT.search(line.text):
            return line.text.strip()
    return None


def _codes(reads: Iterable[tuple[Still, ReadStill]], part: Part) -> Iterator[Sighting]:
    seen: set[str] = set()
    for still, read in reads:
        for code in read.codes:
            if code.kind not in _SQUARE_CODES or code.text in seen or _is_ours(code):
                continue
            seen.add(code.text)
            rule = rules.CONTACT_CODE if _CONTACT.search(code.text) else rules.CODE
            said = f"二维码：{_shown(code.text)}"
            yield Sighting(found_by(rule, part, said=said, at_s=_at(still, part)), still, code.box)


def _is_ours(code: ReadCode) -> bool:
    try:
        host = urlsplit(code.text).hostname or ""
    except ValueError:
        return False
    return any(host == own or host.endswith(f".{own}") for own in _OWN_HOSTS)


def _shown(text: str) -> str:
    """Return the content as it may be shown: short, and no control characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= 60 else f"{plain[:57]}…"  # noqa: PLR2004 - a line of a chat


def _words(reads: Iterable[tuple[Still, ReadStill]], part: Part, *, check: TextCheck) -> list[Sighting]:
    found: dict[tuple[str, str], Sighting] = {}
    checked: dict[str, Sequence[TextFinding]] = {}
    for still, read in reads:
        for text, lines in paragraphs(read.lines):
            if text not in checked:
                checked[text] = check(text)
            for one in checked[text]:
                place = _lines_of(one.span, lines)
                score = min(line.score for line in place)
                finding = _of_picture(one, part, at_s=_at(still, part), score=score)
                found.setdefault((one.rule, one.matched), Sighting(finding, still, _around(place)))
    return list(found.values())


def paragraphs(lines: Sequence[ReadLine]) -> list[tuple[str, tuple[ReadLine, ...]]]:
    """Return the texts that are read as one: lines below each other, of one height, joined by line breaks.

    Lines that carry a watermark are left out: they are judged by themselves.
    """
    kept = [line for line in lines if not any(_is_mark(line, pattern) for _, pattern in _PLATFORMS)]
    groups: list[list[ReadLine]] = []
    for line in sorted(kept, key=lambda one: (one.box[1], one.box[0])):
        home = next((group for group in groups if _continues(group[-1], line)), None)
        if home is None:
            groups.append([line])
        else:
            home.append(line)
    return [("\n".join(line.text for line in group), tuple(group)) for group in groups]


def _continues(above: ReadLine, line: ReadLine) -> bool:
    height, other = above.box[3] - above.box[1], line.box[3] - line.box[1]
    if not 0.6 <= other / max(height, 1e-6) <= 1.7:  # noqa: PLR2004 - letters of another size begin a new text
        return False
    gap = line.box[1] - above.box[3]
    shared = min(above.box[2], line.box[2]) - max(above.box[0], line.box[0])
    return -height / 2 <= gap <= height * 0.9 and shared > 0


def _lines_of(span: tuple[int, int], lines: tuple[ReadLine, ...]) -> tuple[ReadLine, ...]:
    touched: list[ReadLine] = []
    at = 0
    for line in lines:
        if span[0] < at + len(line.text) and span[1] > at:
            touched.append(line)
        at += len(line.text) + 1
    return tuple(touched) or lines


def _around(lines: Sequence[ReadLine]) -> Box:
    lefts, tops, rights, bottoms = zip(*(line.box for line in lines), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _of_picture(one: TextFinding, part: Part, *, at_s: float | None, score: float) -> Finding:
    return Finding(
        rule=one.rule,
        severity=one.severity,
        part=part,
        policy=one.policy,
        clause=one.clause,
        why=one.why,
        advice=one.advice,
        said=one.matched,
        at_s=at_s,
        rewrite=one.rewrite,
        confidence=round(one.confidence * score, 2),
    )


def _at(still: Still, part: Part) -> float | None:
    return still.seconds if part is Part.VIDEO else None
