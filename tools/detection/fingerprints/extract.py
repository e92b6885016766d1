"""From a video file to its fingerprint; runs in a decoding process."""

import struct
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from tools.detection.fingerprints.codes import certainties, packed, projected
from tools.detection.fingerprints.fingerprint import Fingerprint
from tools.detection.fingerprints.local import ASKED_POINTS, ORIGINAL_POINTS, local_features
from tools.detection.fingerprints.picture import picture_hashes
from tools.kernel.media.frames import Sampling, Video, read_video
from tools.kernel.media.limits import MediaLimits

# What the pool is asked to run.
FINGERPRINT_TASK = "tools.detection.fingerprints.extract:fingerprint_file"
PICTURES_TASK = "tools.detection.fingerprints.extract:picture_file"
ORIGINAL = {"fps": 2.0, "most": 7200, "original": True}
UPLOAD = {"fps": 1.0, "most": 64, "keyframes": True}
_JPEG_QUALITY = 60
_PICTURE_SIDE = 256


def fingerprint_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:
    """Return the bytes of the file's fingerprint; options as ORIGINAL and UPLOAD name them."""
    _use_one_thread()
    asked = dict(options)
    original = bool(asked.pop("original", False))
    video = read_video(path, sampling=Sampling(**asked), limits=limits)
    return fingerprint(video, original=original).to_bytes()


def fingerprint(video: Video, *, original: bool) -> Fingerprint:
    """Return the fingerprint of decoded frames, of an original with its pictures, else with what it is looked up by."""
    pictures = picture_hashes([frame.gray for frame in video.frames])
    points = ORIGINAL_POINTS if original else ASKED_POINTS
    features = [local_features(frame.gray, points) for frame in video.frames]
    components = projected(np.concatenate([found.histograms for found in features]))
    height, width = video.frames[0].gray.shape
    return Fingerprint(
        duration_seconds=video.duration_seconds,
        width=width / max(width, height),
        height=height / max(width, height),
        times=np.array([frame.seconds for frame in video.frames], np.float32),
        firsts=np.cumsum([0, *(len(found.places) for found in features)], dtype=np.int64),
        contrasts=pictures.contrasts,
        hashes=pictures.words,
        codes=np.stack([pictures.codes, pictures.mirrored_codes], axis=1),
        mirrored_hashes=pictures.mirrored_words,
        words=packed(components),
        places=np.concatenate([found.places for found in features]),
        certainties=certainties(components[:0] if original else components),
        pictures=tuple(_jpeg(frame.gray) for frame in video.frames) if original else (),
    )


def picture_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:
    """Return frames as f32 time, u16 width, u16 height, gray pixels, one after the other; options as of Sampling."""
    video = read_video(path, sampling=Sampling(**options), limits=limits)
    return b"".join(
        struct.pack("<fHH", frame.seconds, frame.gray.shape[1], frame.gray.shape[0]) + frame.gray.tobytes()
        for frame in video.frames
    )


@cache
def _use_one_thread() -> None:
    """Every core has a decoding process of its own: more threads would wait for each other."""
    import cv2  # noqa: PLC0415 - heavy, and only fingerprinting needs it

    cv2.setNumThreads(1)
    # NumPy's matrix product, which would take every core for a few hundred points.
    threadpool_limits(1)


def _jpeg(gray: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    import cv2  # noqa: PLC0415 - heavy, and only originals need it

    scale = min(1.0, _PICTURE_SIDE / max(gray.shape))
    size = max(2, round(gray.shape[1] * scale)), max(2, round(gray.shape[0] * scale))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return data.tobytes()
