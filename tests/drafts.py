"""Drafts made for tests: pictures with words and codes in them, videos with sound, files that are broken."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]
FONT = Path(__file__).parent.parent / "bot" / "pictures" / "font" / "NotoSansCJKsc-Guanghe.otf"
RATE = 44_100


def scenery(seed: int = 1, *, width: int = 1280, height: int = 720) -> Picture:
    """Return a sharp colour picture of shapes; another seed is another place."""
    draw = np.random.default_rng(seed)
    ground = draw.integers(70, 180, (9, 16, 3)).astype(np.uint8)
    picture = cv2.resize(ground, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(90):
        place = int(draw.integers(0, width)), int(draw.integers(0, height))
        colour = tuple(int(value) for value in draw.integers(30, 255, 3))
        if draw.random() < 0.5:
            cv2.circle(picture, place, int(draw.integers(5, 40)), colour, -1)
        else:
            corner = place[0] + int(draw.integers(8, 70)), place[1] + int(draw.integers(8, 50))
            cv2.rectangle(picture, place, corner, colour, -1)
    return np.ascontiguousarray(picture, np.uint8)


def written(picture: Picture, text: str, *, at: tuple[float, float], size: int = 44) -> Picture:
    """Return the picture with white words on a dark plate; `at` is their left top corner in shares of the picture."""
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), size)
    corner = at[0] * image.width, at[1] * image.height
    left, top, right, bottom = draw.textbbox(corner, text, font=font)
    draw.rectangle((left - 10, top - 8, right + 10, bottom + 8), fill=(20, 20, 20))
    draw.text(corner, text, font=font, fill="white")
    return np.asarray(image, np.uint8)


def with_code(picture: Picture, content: str, *, side: int = 220) -> Picture:
    """Return the picture with a QR code in its middle."""
    zxing: Any = zxingcpp  # Any: its stubs leave the options' kinds open
    code = zxing.create_barcode(content, zxing.BarcodeFormat.QRCode)
    drawn = np.asarray(zxing.write_barcode_to_image(code), np.uint8)
    large = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_NEAREST)
    framed = cv2.copyMakeBorder(large, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=255)
    changed = picture.copy()
    top, left = (picture.shape[0] - framed.shape[0]) // 2, (picture.shape[1] - framed.shape[1]) // 2
    changed[top : top + framed.shape[0], left : left + framed.shape[1]] = framed[:, :, None]
    return changed


def shaken(picture: Picture, count: int, *, step: int = 12) -> list[Picture]:
    """Return the picture as a moving camera sees it."""
    return [np.ascontiguousarray(np.roll(picture, (place * step) % 97, axis=1)) for place in range(count)]


def tone(seconds: float, *, volume: float = 0.2) -> npt.NDArray[np.float32]:
    """Return a chord that goes on so long."""
    time = np.arange(int(seconds * RATE)) / RATE
    return (volume * (np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * 554 * time)) / 2).astype(np.float32)


def write_draft(
    path: Path, frames: Sequence[Picture], *, fps: int = 5, sound: npt.NDArray[np.float32] | None = None
) -> Path:
    """Write colour frames as H.264 with sound as AAC, both from zero seconds."""
    with av.open(str(path), "w") as opened:
        container: Any = opened  # Any: its stubs leave the streams' kinds open
        stream = container.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "22", "g": str(fps)}
        track = container.add_stream("aac", rate=RATE, layout="mono") if sound is not None else None
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
        if track is not None and sound is not None:
            _write_sound(container, track, sound)
    return path


def _write_sound(container: Any, track: Any, sound: npt.NDArray[np.float32]) -> None:  # noqa: ANN401 - PyAV's streams
    for at in range(0, len(sound), 1024):
        part = sound[at : at + 1024]
        frame = av.AudioFrame.from_ndarray(part[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE, at
        container.mux(track.encode(frame))
    container.mux(track.encode())


def save(path: Path, picture: Picture, **options: Any) -> Path:  # noqa: ANN401 - what Pillow takes
    """Write the picture in the format that the suffix names."""
    Image.fromarray(picture).save(path, **options)
    return path
