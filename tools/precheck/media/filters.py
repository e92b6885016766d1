"""FFmpeg's own detectors over pictures and sound, fed frame by frame through PyAV."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.kernel.media.frames import Gray
from tools.precheck.media.measured import Sound, Span

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

# Pictures half a second apart that differ by less than 0.3 % of the range stand still; it takes two seconds of it.
_FREEZE = "n=0.003:d=2"
# Quieter than -50 dB for a second is silence.
_SILENCE = "n=-50dB:d=1"
_LOUDNESS = "metadata=1:peak=true:framelog=quiet"
_MILLISECONDS = Fraction(1, 1000)
# EBU R 128 gates everything below -70 LUFS; FFmpeg says -70 when nothing is left.
_NOTHING_HEARD = -69.9


class FreezeDetector:
    """The stretches of a video that stand still."""

    def __init__(self, *, width: int, height: int) -> None:
        from av import VideoFormat  # noqa: PLC0415 - FFmpeg, which only decoding needs
        from av.filter import Graph  # noqa: PLC0415 - as above

        self._frozen: list[Span] = []
        self._since: float | None = None
        self._last = 0.0
        self._size = (width, height)
        self._graph = Graph()
        source = self._graph.add_buffer(
            width=width, height=height, format=VideoFormat("gray8", width, height), time_base=_MILLISECONDS
        )
        freeze = self._graph.add("freezedetect", _FREEZE)
        sink = self._graph.add("buffersink")
        source.link_to(freeze)
        freeze.link_to(sink)
        self._graph.configure()

    def look(self, gray: Gray, *, seconds: float) -> None:
        """Take the next picture; one of another shape (the video changes its size) is left out."""
        from av import VideoFrame  # noqa: PLC0415 - FFmpeg, which only decoding needs

        if gray.shape[::-1] != self._size:
            return
        frame = VideoFrame.from_ndarray(gray, format="gray8")
        frame.pts, frame.time_base = round(seconds * 1000), _MILLISECONDS
        self._graph.push(frame)
        self._last = seconds
        for found in _pulled(self._graph):
            if "lavfi.freezedetect.freeze_start" in found:
                self._since = float(found["lavfi.freezedetect.freeze_start"])
            if "lavfi.freezedetect.freeze_end" in found and self._since is not None:
                self._frozen.append((self._since, float(found["lavfi.freezedetect.freeze_end"])))
                self._since = None

    def frozen(self, *, until: float) -> tuple[Span, ...]:
        """Return the stretches that stand still, the one that lasts to the end included."""
        if self._since is None:
            return tuple(self._frozen)
        return (*self._frozen, (self._since, max(until, self._last)))


class SoundDetectors:
    """Loudness and silence of a sound track."""

    def __init__(self, stream: "AudioStream") -> None:
        from av.filter import Graph  # noqa: PLC0415 - FFmpeg, which only decoding needs

        self._graph = Graph()
        source = self._graph.add_abuffer(template=stream)
        loudness = self._graph.add("ebur128", _LOUDNESS)
        silence = self._graph.add("silencedetect", _SILENCE)
        sink = self._graph.add("abuffersink")
        source.link_to(loudness)
        loudness.link_to(silence)
        silence.link_to(sink)
        self._graph.configure()
        self._latest: dict[str, str] = {}
        self._silences: list[Span] = []
        self._since: float | None = None
        self.seconds = 0.0

    def hear(self, frame: "AudioFrame") -> None:
        """Take the next piece of sound."""
        self._graph.push(frame)
        if frame.sample_rate:
            self.seconds += frame.samples / frame.sample_rate
        for found in _pulled(self._graph):
            self._latest.update(found)
            if "lavfi.silence_start" in found:
                self._since = max(0.0, float(found["lavfi.silence_start"]))
            if "lavfi.silence_end" in found and self._since is not None:
                self._silences.append((self._since, float(found["lavfi.silence_end"])))
                self._since = None

    def heard(self) -> Sound:
        """Return what is known of the whole track."""
        silences = list(self._silences)
        if self._since is not None:
            silences.append((self._since, self.seconds))
        loudness = _number(self._latest.get("lavfi.r128.I"))
        quiet = loudness is None or loudness <= _NOTHING_HEARD
        return Sound(
            loudness_lufs=None if quiet else loudness,
            peak=_number(self._latest.get("lavfi.r128.true_peak")) or 0.0,
            seconds=round(self.seconds, 3),
            silences=tuple(silences),
        )


def _number(value: str | None) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if np.isfinite(number) else None


def _pulled(graph: Any) -> list[dict[str, str]]:  # noqa: ANN401 - the stubs leave out what a graph gives back
    """Return what the detectors wrote onto the frames that are ready."""
    from av.error import BlockingIOError as NotYet  # noqa: PLC0415 - FFmpeg, which only decoding needs

    found: list[dict[str, str]] = []
    while True:
        try:
            frame = graph.pull()
        except (NotYet, EOFError):
            return found
        found.append(dict(frame.metadata))
