"""The look at a video beside what it cannot do without: decoding it and reading its deduplicated frames."""

import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.measures.figure import Figure, figure
from tools.kernel.media.limits import MediaLimits

if TYPE_CHECKING:
    from tools.detection.matching.originals import Originals
    from tools.kernel.media.pool import MediaPool

# The most that measuring, judging, codes, evidence and the comparison with originals may add.
_MOST_OVERHEAD = 1.25
_SECONDS = 30
_FPS = 25
_WIDTH, _HEIGHT = 1280, 720
_RATE = 44_100
_SHOTS = 6
_RUNS = 5
_LINES = ("FRESH NOODLES EVERY DAY", "ADD TWO SPOONS OF SALT", "STIR FOR FIVE MINUTES", "SERVE IT HOT")


def measure_precheck_media() -> Iterator[Figure]:
    """Yield the seconds of a whole look at a 30 s 720p clip beside decoding and reading alone, in the same processes."""
    # FFmpeg, OpenCV and the decoding pool, which only this measure needs.
    from tools.kernel.media.pool import MediaPool  # noqa: PLC0415
    from tools.precheck import service  # noqa: PLC0415
    from tools.precheck.media.copies import Author  # noqa: PLC0415
    from tools.precheck.media.looking import LIMITS, look, measure  # noqa: PLC0415
    from tools.precheck.verdict import Part  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name, MediaPool(limits=LIMITS) as pool:
        home = Path(name)
        clip = _clip(home / "clip.mp4")
        originals = _protect(home, pool)
        folder = home / "stills"
        folder.mkdir()
        measured = measure(clip, part=Part.VIDEO, pool=pool, folder=folder)
        stills = [folder / still.name for still in measured.stills]
        rules = service.rulebook_of(home)
        # Each process has its reader loaded before anything is timed.
        list(pool.map(_READ, stills[: 2 * pool.size]))
        whole: list[float] = []
        least: list[float] = []
        for _ in range(_RUNS):
            least.append(_decoded_and_read(clip, stills, pool))
            started = time.perf_counter()
            look(
                clip,
                part=Part.VIDEO,
                pool=pool,
                check=rules.check,
                evidence=home / "evidence",
                originals=originals,
                author=Author(),
            )
            whole.append(time.perf_counter() - started)
    # The quickest of several runs in turn: what else the machine does slows both, never speeds either up.
    seconds, peer = min(whole), min(least)
    yield figure("precheck.video_30s", seconds, unit="s", limit=peer, n=_RUNS)
    yield figure("precheck.video_overhead", seconds / peer, unit="x", limit=_MOST_OVERHEAD, n=_RUNS)


_DECODE = "bot.measures.precheck_media:decode_file"
_READ = "bot.measures.precheck_media:read_words_file"


def decode_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:  # noqa: ARG001 - a task's form
    """Decode every frame of picture and sound and do nothing with them."""
    import av  # noqa: PLC0415 - FFmpeg, in a process of its own

    with av.open(str(path)) as container:
        for stream in container.streams.video:
            stream.codec_context.thread_count = 1
        count = sum(len(packet.decode()) for packet in container.demux())
    return str(count).encode()


def read_words_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:  # noqa: ARG001 - a task's form
    """Read the words of one still, nothing else."""
    import cv2  # noqa: PLC0415 - in a process of its own

    from tools.precheck.media.read_still import read_words  # noqa: PLC0415 - as above

    return str(len(read_words(cv2.imread(str(path))))).encode()


def _decoded_and_read(clip: Path, stills: list[Path], pool: "MediaPool") -> float:
    started = time.perf_counter()
    pool.run(_DECODE, clip)
    list(pool.map(_READ, stills))
    return time.perf_counter() - started


def _protect(home: Path, pool: "MediaPool") -> "Originals":
    """Return another film as the one original, so that the comparison with originals is part of the look."""
    from tools.detection.matching.detector import Detector  # noqa: PLC0415 - OpenCV and numba
    from tools.detection.matching.originals import Originals  # noqa: PLC0415 - as above
    from tools.detection.original_store import ORIGINALS  # noqa: PLC0415 - as above

    other = _clip(home / "other.mp4", seed=99, seconds=6, lines=())
    originals = Originals(home / ORIGINALS)
    list(Detector(originals, pool=pool).add([other], owner="somebody"))
    return originals


def _clip(path: Path, *, seed: int = 1, seconds: int = _SECONDS, lines: tuple[str, ...] = _LINES) -> Path:
    """Write shots of a still camera with grain, and a line of words that changes within each."""
    import av  # noqa: PLC0415 - FFmpeg
    import cv2  # noqa: PLC0415 - OpenCV
    import numpy as np  # noqa: PLC0415 - with them

    draw = np.random.default_rng(seed)
    count = seconds * _FPS
    grain = [draw.integers(0, 20, (_HEIGHT, _WIDTH, 3), dtype=np.uint8) for _ in range(8)]
    with av.open(str(path), "w") as opened:
        container: Any = opened  # Any: its stubs leave the streams' kinds open
        stream = container.add_stream("libx264", rate=Fraction(_FPS))
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "24", "g": str(2 * _FPS)}
        track = container.add_stream("aac", rate=_RATE, layout="mono")
        shot = np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)
        length = count // _SHOTS
        for place in range(count):
            if place % length == 0:
                coarse = draw.integers(40, 200, (9, 16, 3)).astype(np.uint8)
                shot = np.asarray(
                    cv2.resize(coarse, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8
                )
            picture = shot // 2 + shot // 4 + grain[place % len(grain)]
            if lines:
                line = lines[(place // (length // 2)) % len(lines)]
                cv2.rectangle(picture, (300, 590), (1000, 660), (20, 20, 20), -1)
                cv2.putText(picture, line, (320, 640), cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
        for packet in _sound(track, seconds):
            container.mux(packet)
    return path


def _sound(track: Any, seconds: int) -> Iterator[Any]:  # noqa: ANN401 - PyAV's streams
    import av  # noqa: PLC0415 - FFmpeg
    import numpy as np  # noqa: PLC0415 - with it

    wave = 0.2 * np.sin(2 * np.pi * 330 * np.arange(seconds * _RATE) / _RATE).astype(np.float32)
    for at in range(0, len(wave), 1024):
        frame = av.AudioFrame.from_ndarray(wave[None, at : at + 1024], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = _RATE, at
        yield from track.encode(frame)
    yield from track.encode()
