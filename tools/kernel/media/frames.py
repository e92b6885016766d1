"""Frames of a video file, gray and small, by PyAV; runs in a process that may die (worker.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tools.kernel.media.limits import Fault, MediaError, MediaLimits

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Gray = npt.NDArray[np.uint8]

LONGEST_SIDE = 320
# Playlists and image sequences would open other files by name, so they are not among the readable formats.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,live_flv,mpegts,mpeg,mpegvideo,ogg,asf,m4v,h264,hevc"
)
_PLANAR = frozenset(
    {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv440p", "nv12", "gray"}
)
_QUARTER = 90
_USUAL_FPS = 25
_WIDEST_PIXEL = 4
_FEWEST_FOR_KEYFRAMES = 3
_SPARSE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture at its time in the video, as shown: rotation and pixel shape applied."""

    seconds: float
    gray: Gray


@dataclass(frozen=True, slots=True)
class Video:
    """The frames asked for; `duration_seconds` is the end of the last decoded frame where the file names none."""

    duration_seconds: float
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which frames: keyframes alone or every 1/fps second, at most `most` of them, from `start` to `end` seconds.

    Where keyframes are too rare to show the video, frames at `fps` are taken instead.
    """

    fps: float
    most: int
    keyframes: bool = False
    start_seconds: float = 0.0
    end_seconds: float = 1e9
    longest_side: int = LONGEST_SIDE


def read_video(path: Path, *, sampling: Sampling, limits: MediaLimits) -> Video:
    """Return the sampled frames of a file; a file that ends early gives those before its end. Raises MediaError."""
    if not sampling.keyframes:
        return _read(path, sampling=sampling, limits=limits)
    found = _read(path, sampling=sampling, limits=limits)
    often = len(found.frames) * _SPARSE_SECONDS >= min(
        found.duration_seconds, sampling.most * _SPARSE_SECONDS
    )
    if often and len(found.frames) >= _FEWEST_FOR_KEYFRAMES:
        return found
    every = Sampling(fps=sampling.fps, most=sampling.most, longest_side=sampling.longest_side)
    return _read(path, sampling=every, limits=limits)


def _read(path: Path, *, sampling: Sampling, limits: MediaLimits) -> Video:
    container, stream, duration = open_video(path, limits=limits)
    with container:
        if sampling.keyframes:
            stream.codec_context.skip_frame = "NONKEY"
        if sampling.start_seconds > 1:
            container.seek(int((sampling.start_seconds - 1) * 1_000_000))
        # A long video is sampled more thinly, so that its whole length is seen.
        gap = max(1 / sampling.fps, duration / sampling.most) if duration else 1 / sampling.fps
        frames = tuple(_sampled(container, stream, gap=gap, sampling=sampling, limits=limits))
    if not frames:
        raise MediaError(Fault.DAMAGED)
    return Video(duration or frames[-1].seconds, frames)


def open_video(path: Path, *, limits: MediaLimits) -> "tuple[InputContainer, VideoStream, float]":
    """Return the container of a video within the limits, its picture stream and its seconds, 0 where it names none.

    The caller closes the container. Raises MediaError.
    """
    import av.logging  # noqa: PLC0415 - FFmpeg, which only decoding needs
    from av.error import FFmpegError  # noqa: PLC0415 - as above

    av.logging.set_level(None)
    _check_file(path, limits)
    try:
        container = av.open(
            str(path), container_options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
        )
    except (FFmpegError, ValueError, OSError):
        raise MediaError(Fault.NOT_A_VIDEO) from None
    try:
        duration = _duration(container, limits)
        stream = _picture_stream(container, limits)
    except MediaError:
        container.close()
        raise
    stream.codec_context.thread_count = 1
    return container, stream, duration


def _check_file(path: Path, limits: MediaLimits) -> None:
    if not path.is_file():
        raise MediaError(Fault.MISSING)
    size = path.stat().st_size
    if size == 0:
        raise MediaError(Fault.EMPTY)
    if size > limits.file_bytes:
        raise MediaError(Fault.TOO_LARGE)


def _duration(container: "InputContainer", limits: MediaLimits) -> float:
    seconds = (container.duration or 0) / 1_000_000
    if seconds > limits.duration_seconds:
        raise MediaError(Fault.TOO_LONG)
    return max(seconds, 0.0)


def _picture_stream(container: "InputContainer", limits: MediaLimits) -> "VideoStream":
    if not container.streams.video:
        raise MediaError(Fault.NO_PICTURE if container.streams else Fault.NOT_A_VIDEO)
    stream = container.streams.video[0]
    # The stubs leave out that a stream of an unknown codec has no context, and a frame without a stamp no time.
    context: Any = stream.codec_context
    if context is None:
        raise MediaError(Fault.DAMAGED)
    if context.width * context.height > limits.pixels:
        raise MediaError(Fault.TOO_MANY_PIXELS)
    return stream


def _sampled(
    container: "InputContainer", stream: "VideoStream", *, gap: float, sampling: Sampling, limits: MediaLimits
) -> Iterator[Frame]:
    due, first, given = sampling.start_seconds, None, 0
    for count, frame in enumerate(decoded(container, stream)):
        if count >= limits.decoded_frames:
            raise MediaError(Fault.TOO_MANY_FRAMES)
        if frame.width * frame.height > limits.pixels:
            raise MediaError(Fault.TOO_MANY_PIXELS)
        stamp: Any = frame.time
        time = float(stamp) if stamp is not None else count / _USUAL_FPS
        if first is None:
            # Files cut without an edit list begin at their old time; what is shown begins at zero.
            first = time if sampling.start_seconds <= 1 else 0.0
        time -= first
        if time > limits.duration_seconds:
            raise MediaError(Fault.TOO_LONG)
        if time + 1e-6 < due:
            continue
        if time > sampling.end_seconds or given >= sampling.most:
            return
        # The grid stays where it began, so that jitter of the frame times does not add up.
        due = max(due + gap, time + gap / 2)
        given += 1
        yield Frame(time, _small_gray(frame, stream, longest=sampling.longest_side))


def decoded(container: "InputContainer", *streams: "VideoStream | AudioStream") -> Iterator[Any]:
    """Yield the frames of these streams that can be decoded; damage in the middle ends a packet, not the video."""
    from av.error import FFmpegError, InvalidDataError  # noqa: PLC0415 - FFmpeg, which only decoding needs

    try:
        for packet in container.demux(streams):
            try:
                yield from packet.decode()
            except InvalidDataError:
                continue
    except (FFmpegError, ValueError):
        return


def _small_gray(frame: "VideoFrame", stream: "VideoStream", *, longest: int) -> Gray:
    import cv2  # noqa: PLC0415 - only decoding needs it

    width, height = frame.width, frame.height
    shape = stream.sample_aspect_ratio
    stretch = float(shape) if shape and 1 / _WIDEST_PIXEL < float(shape) < _WIDEST_PIXEL else 1.0
    scale = min(1.0, longest / max(width * stretch, height))
    size = max(2, round(width * stretch * scale)), max(2, round(height * scale))
    if frame.format.name in _PLANAR:
        # The first plane is the brightness already: no conversion, no copy.
        plane: Any = frame.planes[0]  # Any: a buffer, which its stubs leave out
        gray: Gray = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:height, :width]
    else:
        gray = np.asarray(frame.reformat(format="gray8").to_ndarray(), np.uint8)
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    turns = round((frame.rotation or 0) / _QUARTER) % 4
    return np.ascontiguousarray(np.rot90(small, turns), dtype=np.uint8)
