"""From a video file to what is judged: one pass over picture and sound; runs in a decoding process."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.kernel.media.frames import Gray, decoded, open_video
from tools.kernel.media.limits import Fault, MediaError, MediaLimits
from tools.precheck.media.filters import FreezeDetector, SoundDetectors
from tools.precheck.media.measured import MEASURED, Borders, Measured, Still
from tools.precheck.media.pictures import borders, is_black, is_new, sharpness, steady_borders

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# What the pool is asked to run; the option `folder` names where the stills go.
MEASURE_TASK = "tools.precheck.media.measure_video:measure_video_file"
MOST_STILLS = 120
STILL_SIDE = 1280
_LOOKED_FPS = 2.0
_MOST_LOOKED = 1200
_READ_EVERY_SECONDS = 1.0
_LOOKED_SIDE = 640
_COMPARED_SIDE = 320
_JPEG_QUALITY = 88
_QUARTER = 90
_USUAL_FPS = 25.0
_WIDEST_PIXEL = 4
# Beyond so many pixels in all, decoding every frame takes minutes: keyframes have to do.
_EVERY_FRAME_PIXELS = 60e9


@dataclass(slots=True)
class _Watch:
    """What was seen so far."""

    folder: Path
    duration: float
    size: tuple[int, int] = (0, 0)
    freezes: FreezeDetector | None = None
    margins: list[Borders] = field(default_factory=list[Borders])
    sharpness: list[float] = field(default_factory=list[float])
    kept: list[Gray] = field(default_factory=list[Gray])
    stills: list[Still] = field(default_factory=list[Still])
    looked: int = 0
    due: float = 0.0
    read_due: float = 0.0
    last: float = 0.0


def measure_video_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:
    """Return the file's Measured as JSON and write its stills; options as MEASURE_TASK says. Raises MediaError."""
    container, stream, duration = open_video(path, limits=limits)
    with container:
        if _pixels_in_all(stream, duration) > _EVERY_FRAME_PIXELS:
            stream.codec_context.skip_frame = "NONKEY"
        watch = _Watch(Path(options["folder"]), duration)
        hearing = _hearing(container)
        _watch_all(container, stream, watch, hearing, limits)
    if watch.freezes is None:
        raise MediaError(Fault.DAMAGED)
    seconds = max(duration or 0.0, watch.last)
    return MEASURED.dump_json(
        Measured(
            duration_seconds=round(seconds, 3),
            width=watch.size[0],
            height=watch.size[1],
            borders=steady_borders(watch.margins),
            sharpness=tuple(watch.sharpness),
            frozen=watch.freezes.frozen(until=seconds),
            sound=hearing.heard() if hearing and hearing.seconds else None,
            stills=tuple(_spread(watch.stills)),
            pictures=watch.looked,
            black=not watch.margins,
        )
    )


def _watch_all(
    container: "InputContainer",
    stream: "VideoStream",
    watch: _Watch,
    hearing: SoundDetectors | None,
    limits: MediaLimits,
) -> None:
    # A looked-at picture each half second, fewer in a long video.
    gap = max(1 / _LOOKED_FPS, watch.duration / _MOST_LOOKED)
    read_gap = max(_READ_EVERY_SECONDS, watch.duration / (2 * MOST_STILLS))
    first: float | None = None
    count = 0
    heard = container.streams.audio[:1] if hearing is not None else ()
    for frame in decoded(container, stream, *heard):
        if hearing is not None and _is_sound(frame):
            _hear(hearing, frame)
            continue
        picture: Any = frame  # Any: the stubs leave out that a frame may have no time
        if count >= limits.decoded_frames:
            raise MediaError(Fault.TOO_MANY_FRAMES)
        if picture.width * picture.height > limits.pixels:
            raise MediaError(Fault.TOO_MANY_PIXELS)
        time = float(picture.time) if picture.time is not None else count / _USUAL_FPS
        count += 1
        first = time if first is None else first
        time -= first
        if time > limits.duration_seconds:
            raise MediaError(Fault.TOO_LONG)
        watch.last = max(watch.last, time)
        if time + 1e-6 >= watch.due:
            watch.due = max(watch.due + gap, time + gap / 2)
            _look(watch, picture, stream, time=time, read_gap=read_gap)


def _look(watch: _Watch, frame: "VideoFrame", stream: "VideoStream", *, time: float, read_gap: float) -> None:
    import cv2  # noqa: PLC0415 - only decoding needs it

    width, height = _shown_size(frame, stream)
    scale = min(1.0, _LOOKED_SIDE / max(width, height))
    small = frame.reformat(
        width=max(2, round(width * scale)), height=max(2, round(height * scale)), format="gray8"
    )
    gray = _turned(np.asarray(small.to_ndarray(), np.uint8), frame)
    if watch.freezes is None:
        watch.size = (width, height) if gray.shape[0] == small.height else (height, width)
        watch.freezes = FreezeDetector(width=gray.shape[1], height=gray.shape[0])
    watch.freezes.look(gray, seconds=time)
    watch.looked += 1
    tiny_scale = min(1.0, _COMPARED_SIDE / max(gray.shape))
    tiny_size = max(2, round(gray.shape[1] * tiny_scale)), max(2, round(gray.shape[0] * tiny_scale))
    tiny = np.asarray(cv2.resize(gray, tiny_size, interpolation=cv2.INTER_AREA), np.uint8)
    if not is_black(tiny):
        watch.margins.append(borders(tiny))
        if (share := sharpness(gray)) is not None:
            watch.sharpness.append(share)
    if time + 1e-6 < watch.read_due or not is_new(tiny, watch.kept):
        return
    watch.read_due = time + read_gap
    watch.kept = [*watch.kept[-16:], tiny]
    watch.stills.append(_written(watch, frame, (width, height), time))


def _written(watch: _Watch, frame: "VideoFrame", size: tuple[int, int], time: float) -> Still:
    import cv2  # noqa: PLC0415 - only decoding needs it

    scale = min(1.0, STILL_SIDE / max(size))
    colour = frame.reformat(
        width=max(2, round(size[0] * scale)), height=max(2, round(size[1] * scale)), format="bgr24"
    )
    picture = _turned(np.asarray(colour.to_ndarray(), np.uint8), frame)
    name = f"{len(watch.stills):04d}.jpg"
    cv2.imwrite(str(watch.folder / name), picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return Still(round(time, 2), name)


def _hearing(container: "InputContainer") -> SoundDetectors | None:
    from av.error import FFmpegError  # noqa: PLC0415 - FFmpeg, which only decoding needs

    if not container.streams.audio:
        return None
    try:
        return SoundDetectors(container.streams.audio[0])
    except (FFmpegError, ValueError, AttributeError):
        # A sound track of an unknown codec has no context: the picture is judged alone.
        return None


def _hear(hearing: SoundDetectors, frame: "AudioFrame") -> None:
    from av.error import FFmpegError  # noqa: PLC0415 - FFmpeg, which only decoding needs

    try:
        hearing.hear(frame)
    except (FFmpegError, ValueError):
        # A track that changes its format in the middle is measured up to there.
        return


def _is_sound(frame: object) -> bool:
    return hasattr(frame, "sample_rate")


def _shown_size(frame: "VideoFrame", stream: "VideoStream") -> tuple[int, int]:
    """Return the picture's size in square pixels, before it is turned."""
    shape = stream.sample_aspect_ratio
    stretch = float(shape) if shape and 1 / _WIDEST_PIXEL < float(shape) < _WIDEST_PIXEL else 1.0
    return max(2, round(frame.width * stretch)), frame.height


def _turned(picture: np.ndarray[Any, np.dtype[np.uint8]], frame: "VideoFrame") -> Any:  # noqa: ANN401 - gray or colour
    turns = round((frame.rotation or 0) / _QUARTER) % 4
    return np.ascontiguousarray(np.rot90(picture, turns), dtype=np.uint8)


def _pixels_in_all(stream: "VideoStream", duration: float) -> float:
    context: Any = stream.codec_context  # Any: its stubs leave the size out
    rate: Any = stream.average_rate
    return float(context.width * context.height * (rate or _USUAL_FPS) * duration)


def _spread(stills: list[Still]) -> list[Still]:
    """Return at most MOST_STILLS, spread over the whole video."""
    if len(stills) <= MOST_STILLS:
        return stills
    step = len(stills) / MOST_STILLS
    return [stills[int(place * step)] for place in range(MOST_STILLS)]
