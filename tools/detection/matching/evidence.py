"""A picture that lays the video's frames beside the original's, with their times."""

from collections.abc import Sequence
from io import BytesIO

from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.matching.detector import decoded_pictures
from tools.detection.matching.verdict import Match
from tools.kernel.media.frames import Frame, Gray

_ROWS = 4
_CELL_WIDTH, _CELL_HEIGHT = 300, 240
_MARGIN, _CAPTION = 12, 26
_HEAD = 34


def draw_evidence(frames: Sequence[Frame], original: Fingerprint, match: Match) -> bytes:
    """Return a PNG: left the video, right the original at the same moments, a row a moment."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - only reports draw pictures

    moments = _moments(frames, decoded_pictures(original), match)
    width = 2 * _CELL_WIDTH + 3 * _MARGIN
    height = _HEAD + len(moments) * (_CELL_HEIGHT + _CAPTION + _MARGIN) + _MARGIN
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=16)
    sides = (("video", _MARGIN), (f"original {_plain(match.original.name)}", 2 * _MARGIN + _CELL_WIDTH))
    for words, left in sides:
        draw.text((left, 8), words, fill="black", font=font)
    for row, (mine, theirs) in enumerate(moments):
        top = _HEAD + row * (_CELL_HEIGHT + _CAPTION + _MARGIN)
        for (seconds, gray), (_, left) in zip((mine, theirs), sides, strict=True):
            cell = Image.fromarray(gray)
            cell.thumbnail((_CELL_WIDTH, _CELL_HEIGHT))
            sheet.paste(cell, (left, top))
            note = ", mirrored" if match.mirrored and left == _MARGIN else ""
            draw.text((left, top + _CELL_HEIGHT + 3), f"{seconds:.2f} s{note}", fill="black", font=font)
    file = BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _moments(
    frames: Sequence[Frame], pictures: Sequence[tuple[float, Gray]], match: Match
) -> list[tuple[tuple[float, Gray], tuple[float, Gray]]]:
    """Return pairs (video's seconds and picture, original's) spread over the matched part."""
    (start, end), (first, last) = match.video_seconds, match.original_seconds
    inside = [one for one in pictures if first <= one[0] <= last] or list(pictures[:1])
    chosen = sorted({round(row * (len(inside) - 1) / (_ROWS - 1)) for row in range(_ROWS)})
    pairs: list[tuple[tuple[float, Gray], tuple[float, Gray]]] = []
    for i in chosen:
        share = (inside[i][0] - first) / max(0.01, last - first)
        wanted = start + share * (end - start)
        nearest = min(frames, key=lambda frame: abs(frame.seconds - wanted))
        pairs.append(((nearest.seconds, nearest.gray), inside[i]))
    return pairs


def _plain(name: str) -> str:
    """Return the name in letters that the built-in font can draw."""
    return "".join(char if char.isascii() and char.isprintable() else "?" for char in name)[:24]
