"""Films drawn by a seed and what pirates do to them: data for measurements that need nothing from outside.

A scene is a wide drawn picture under a moving camera, with things that move before it; films are gray, 8 seconds at 12
frames a second, a keyframe a second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
_WIDTH, _HEIGHT, _FPS, _SECONDS = 480, 270, 12, 8
_THINGS = 220
_MOVING = 5
_KEYFRAME_EVERY = _FPS


@dataclass(frozen=True, slots=True)
class Copy:
    """A film to be checked: the originals that it shows (none for a negative), and what was done to it."""

    path: Path
    transform: str
    originals: tuple[str, ...]


def draw_film(seed: int) -> list[Picture]:
    """Return the frames of one scene; another seed is another place with other things."""
    import cv2  # noqa: PLC0415 - OpenCV, which only measurements need here

    draw = np.random.default_rng(seed)
    width, height = 2 * _WIDTH, 2 * _HEIGHT
    ground = np.zeros((height, width), np.float32)
    for cells in (6, 17, 60):
        grid = draw.random((cells, cells * 2), np.float32)
        ground += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * (90 / cells**0.35)
    wide = np.clip(ground, 0, 255).astype(np.uint8)
    for _ in range(_THINGS):
        _draw_thing(wide, draw)
    start, run = draw.uniform(0, 0.25, 2), draw.uniform(0.2, 0.5, 2)
    moving = [
        (draw.uniform(0, 1, 2), draw.uniform(-0.6, 0.6, 2), int(draw.integers(8, 40))) for _ in range(_MOVING)
    ]
    frames: list[Picture] = []
    count = _FPS * _SECONDS
    for i in range(count):
        share = i / count
        left, top = ((start + run * share) * (_WIDTH, _HEIGHT)).astype(int)
        frame = wide[top : top + _HEIGHT, left : left + _WIDTH].copy()
        for place, speed, size in moving:
            x, y = ((place + speed * share) % 1 * (_WIDTH, _HEIGHT)).astype(int)
            cv2.circle(frame, (int(x), int(y)), size, int(size * 6 % 255), -1)
        frames.append(frame)
    return frames


def write_film(path: Path, frames: Sequence[Picture], *, fps: float = _FPS, crf: int = 26) -> Path:
    """Write gray frames as H.264."""
    import av  # noqa: PLC0415 - FFmpeg, which only measurements need here

    with av.open(str(path), "w") as opened:
        container: Any = opened  # Any: its stubs leave the streams' kinds open
        stream: Any = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        stream.options = {"preset": "veryfast", "crf": str(crf), "g": str(_KEYFRAME_EVERY)}
        for frame in frames:
            video = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="gray8")
            for packet in stream.encode(video):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def write_originals(folder: Path, *, seed: int, count: int) -> list[Path]:
    """Write the originals and return their paths, named by their numbers."""
    folder.mkdir(parents=True)
    return [
        write_film(folder / f"film{number:03d}.mp4", draw_film(seed * 10_000 + number))
        for number in range(count)
    ]


def write_copies(folder: Path, *, seed: int, originals: int, strangers: int) -> Iterator[Copy]:
    """Write every transform of every original, and of films that nobody protects; yield each with its label."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(seed)
    for number in range(originals + strangers):
        protected = number < originals
        # Strangers' seeds follow the originals': no film is drawn twice.
        frames = draw_film(seed * 10_000 + number)
        host = draw_film(seed * 10_000 + 5_000 + number)
        for transform, change in TRANSFORMS.items():
            path = folder / f"{'copy' if protected else 'stranger'}{number:03d}_{transform}.mp4"
            made, fps = change(frames, host, draw)
            write_film(path, made, fps=fps, crf=34 if transform == "recompressed" else 26)
            yield Copy(path, transform, (f"film{number:03d}",) if protected else ())


def _draw_thing(picture: Picture, draw: np.random.Generator) -> None:
    import cv2  # noqa: PLC0415 - as above

    height, width = int(picture.shape[0]), int(picture.shape[1])
    x, y = int(draw.integers(0, width)), int(draw.integers(0, height))
    shade, size = int(draw.integers(0, 255)), int(draw.integers(5, 40))
    thickness = -1 if draw.random() < 0.6 else 2  # noqa: PLR2004 - most things are filled
    match int(draw.integers(0, 4)):
        case 0:
            cv2.circle(picture, (x, y), size, shade, thickness)
        case 1:
            cv2.rectangle(picture, (x, y), (x + size, y + int(draw.integers(5, 40))), shade, thickness)
        case 2:
            angle = float(draw.uniform(0, 180))
            cv2.ellipse(picture, (x, y), (size, size // 2), angle, 0, 360, shade, thickness)
        case _:
            word = "".join(chr(int(code)) for code in draw.integers(65, 91, 4))
            cv2.putText(picture, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size / 20, shade, 2)


Frames = Sequence[Picture]
Made = tuple[list[Picture], float]


def _plain(frames: Frames, _host: Frames, _draw: np.random.Generator) -> Made:
    return list(frames), _FPS


def _mirrored(frames: Frames, _host: Frames, _draw: np.random.Generator) -> Made:
    return [frame[:, ::-1] for frame in frames], _FPS


def _cropped(frames: Frames, _host: Frames, draw: np.random.Generator) -> Made:
    import cv2  # noqa: PLC0415 - as above

    share = float(draw.uniform(0.65, 0.85))
    width, height = round(_WIDTH * share), round(_HEIGHT * share)
    left, top = int(draw.integers(0, _WIDTH - width)), int(draw.integers(0, _HEIGHT - height))
    return [
        _picture(cv2.resize(frame[top : top + height, left : left + width], (_WIDTH, _HEIGHT)))
        for frame in frames
    ], _FPS


def _framed(frames: Frames, host: Frames, draw: np.random.Generator) -> Made:
    return _laid(frames, [host[0]] * len(frames), share=float(draw.uniform(0.6, 0.8)), draw=draw), _FPS


def _small_picture(frames: Frames, host: Frames, draw: np.random.Generator) -> Made:
    return _laid(frames, host, share=float(draw.uniform(0.45, 0.6)), draw=draw), _FPS


def _covered(frames: Frames, host: Frames, draw: np.random.Generator) -> Made:
    return _laid(host, frames, share=float(draw.uniform(0.25, 0.4)), draw=draw), _FPS


def _turned(frames: Frames, _host: Frames, draw: np.random.Generator) -> Made:
    import cv2  # noqa: PLC0415 - as above

    angle = float(draw.uniform(3, 8)) * (1 if draw.random() < 0.5 else -1)  # noqa: PLR2004 - either way
    turn = cv2.getRotationMatrix2D((_WIDTH / 2, _HEIGHT / 2), angle, 1.12)
    return [_picture(cv2.warpAffine(frame, turn, (_WIDTH, _HEIGHT))) for frame in frames], _FPS


def _faster(frames: Frames, _host: Frames, draw: np.random.Generator) -> Made:
    return list(frames), _FPS * float(draw.uniform(1.1, 1.25))


def _graded(frames: Frames, _host: Frames, draw: np.random.Generator) -> Made:
    gain, lift = float(draw.uniform(0.6, 1.4)), float(draw.uniform(-30, 40))
    return [np.clip(frame * gain + lift, 0, 255).astype(np.uint8) for frame in frames], _FPS


def _captioned(frames: Frames, _host: Frames, draw: np.random.Generator) -> Made:
    import cv2  # noqa: PLC0415 - as above

    made: list[Picture] = []
    y = int(draw.integers(_HEIGHT * 2 // 3, _HEIGHT - 20))
    for frame in frames:
        marked = frame.copy()
        cv2.rectangle(marked, (0, y - 30), (_WIDTH, y + 12), 20, -1)
        cv2.putText(marked, "FOLLOW FOR MORE", (60, y), cv2.FONT_HERSHEY_DUPLEX, 1.1, 240, 2)
        made.append(marked)
    return made, _FPS


def _blurred(frames: Frames, _host: Frames, draw: np.random.Generator) -> Made:
    import cv2  # noqa: PLC0415 - as above

    sigma = float(draw.uniform(1.2, 2.2))
    return [_picture(cv2.GaussianBlur(frame, (0, 0), sigma)) for frame in frames], _FPS


def _tiny(frames: Frames, _host: Frames, _draw: np.random.Generator) -> Made:
    import cv2  # noqa: PLC0415 - as above

    return [_picture(cv2.resize(frame, (240, 134), interpolation=cv2.INTER_AREA)) for frame in frames], _FPS


def _cut_in(frames: Frames, host: Frames, draw: np.random.Generator) -> Made:
    start = int(draw.integers(0, len(frames) // 3))
    part = frames[start : start + 5 * _FPS]
    return [*host[: 2 * _FPS], *part, *host[2 * _FPS : 3 * _FPS]], _FPS


def _laid(above: Frames, below: Frames, *, share: float, draw: np.random.Generator) -> list[Picture]:
    """Return the one film small upon the other."""
    import cv2  # noqa: PLC0415 - as above

    width, height = round(_WIDTH * share), round(_HEIGHT * share)
    left, top = int(draw.integers(0, _WIDTH - width)), int(draw.integers(0, _HEIGHT - height))
    made: list[Picture] = []
    for small, ground in zip(above, below, strict=True):
        sheet = ground.copy()
        sheet[top : top + height, left : left + width] = cv2.resize(
            small, (width, height), interpolation=cv2.INTER_AREA
        )
        made.append(sheet)
    return made


def _picture(made: Any) -> Picture:  # noqa: ANN401 - OpenCV's stubs name no type of pixel
    return np.asarray(made, np.uint8)


TRANSFORMS: dict[str, Callable[[Frames, Frames, np.random.Generator], Made]] = {
    "recompressed": _plain,
    "mirrored": _mirrored,
    "cropped": _cropped,
    "framed": _framed,
    "small_picture": _small_picture,
    "covered": _covered,
    "turned": _turned,
    "faster": _faster,
    "graded": _graded,
    "captioned": _captioned,
    "blurred": _blurred,
    "tiny": _tiny,
    "cut_in": _cut_in,
}
