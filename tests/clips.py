"""Small videos made for tests: a camera that pans over a drawn scene, and what pirates do to it."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
FPS = 10


def scene(seed: int, *, seconds: float = 6.0, width: int = 320, height: int = 180) -> list[Picture]:
    """Return gray frames of a camera panning over shapes; another seed is another place."""
    draw = np.random.default_rng(seed)
    ground = draw.integers(60, 190, (14, 22)).astype(np.uint8)
    wide = cv2.resize(ground, (width * 2, height * 2), interpolation=cv2.INTER_CUBIC)
    for _ in range(160):
        x, y = int(draw.integers(0, width * 2)), int(draw.integers(0, height * 2))
        shade, size = int(draw.integers(0, 255)), int(draw.integers(4, 26))
        if draw.random() < 0.5:
            cv2.circle(wide, (x, y), size, shade, -1 if draw.random() < 0.7 else 2)
        else:
            cv2.rectangle(wide, (x, y), (x + size, y + int(draw.integers(4, 30))), shade, -1)
    count = round(seconds * FPS)
    left, top = draw.uniform(0, width * 0.3, 2), draw.uniform(0, height * 0.3, 2)
    run = draw.uniform(0.4, 0.65, 2) * (width, height)
    frames: list[Picture] = []
    for i in range(count):
        x, y = left[0] + run[0] * i / count, top[0] + run[1] * i / count
        frames.append(np.ascontiguousarray(wide[int(y) : int(y) + height, int(x) : int(x) + width], np.uint8))
    return frames


def write_clip(
    path: Path, frames: Iterable[Picture], *, fps: float = FPS, options: dict[str, str] | None = None
) -> Path:
    """Write gray frames as H.264 in the container that the suffix names, a keyframe a second."""
    with av.open(str(path), "w") as opened:
        container: Any = opened  # Any: its stubs leave the streams' kinds open
        stream: Any = None  # Any: PyAV's streams are known only by their codec
        for frame in frames:
            if stream is None:
                stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
                stream.width, stream.height, stream.pix_fmt = frame.shape[1], frame.shape[0], "yuv420p"
                stream.options = {"preset": "ultrafast", "crf": "24", "g": str(round(fps)), **(options or {})}
            video = av.VideoFrame.from_ndarray(frame, format="gray8")
            for packet in stream.encode(video):
                container.mux(packet)
        if stream is not None:
            for packet in stream.encode():
                container.mux(packet)
    return path


def changed(frames: Iterable[Picture], change: Callable[[Picture], npt.NDArray[Any]]) -> list[Picture]:
    """Return the frames with a change made to each."""
    return [np.ascontiguousarray(change(frame), np.uint8) for frame in frames]


def mirrored(frame: Picture) -> npt.NDArray[Any]:
    """Return the frame as in a mirror."""
    return frame[:, ::-1]


def cropped(frame: Picture) -> npt.NDArray[Any]:
    """Return the middle of the frame, enlarged to its old size."""
    height, width = frame.shape
    part = frame[height // 10 : height * 9 // 10, width // 10 : width * 9 // 10]
    return np.asarray(cv2.resize(part, (width, height)))


def framed(frame: Picture) -> npt.NDArray[Any]:
    """Return the frame made small within a bright border."""
    height, width = frame.shape
    sheet = np.full_like(frame, 220)
    small = cv2.resize(frame, (width * 3 // 4, height * 3 // 4), interpolation=cv2.INTER_AREA)
    sheet[height // 8 : height // 8 + small.shape[0], width // 8 : width // 8 + small.shape[1]] = small
    return sheet


def write_sound(path: Path) -> Path:
    """Write a file of sound alone."""
    with av.open(str(path), "w") as opened:
        container: Any = opened  # Any: its stubs leave the streams' kinds open
        stream: Any = container.add_stream("aac", rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44100
        for _ in range(20):
            for packet in stream.encode(silence):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
