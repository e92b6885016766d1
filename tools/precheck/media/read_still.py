"""Text and codes in a still, and crops of it as evidence; runs in a decoding process."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tools.kernel.media.limits import Fault, MediaError, MediaLimits
from tools.precheck.media.measured import READ, Box, ReadCode, ReadLine, ReadStill

# What the pool is asked to run on a file that measuring wrote; CROP_TASK takes the option `box`.
READ_TASK = "tools.precheck.media.read_still:read_still_file"
CROP_TASK = "tools.precheck.media.read_still:crop_still_file"
_LEAST_SCORE = 0.6
_MOST_LINES = 200
_DETECTION, _RECOGNITION, _DIRECTION = (
    "PP-OCRv6_det_small.onnx",
    "PP-OCRv6_rec_small.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
)
_MARGIN = 0.06
_CROP_SIDE = 900
_LINE_RED = (40, 40, 230)


def read_still_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:  # noqa: ARG001 - a task's form
    """Return the still's ReadStill as JSON. Raises MediaError."""
    picture = _picture(path)
    return READ.dump_json(ReadStill(tuple(read_words(picture)), tuple(_codes(picture))))


def crop_still_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:  # noqa: ARG001 - a task's form
    """Return a PNG of the part of the still around the box, the box drawn in red."""
    import cv2  # noqa: PLC0415 - only decoding needs it

    picture = _picture(path)
    height, width = picture.shape[:2]
    left, top, right, bottom = (float(value) for value in options["box"])
    cv2.rectangle(
        picture,
        (int(left * width), int(top * height)),
        (int(right * width), int(bottom * height)),
        _LINE_RED,
        max(2, width // 400),
    )
    x0, x1 = max(0, int((left - _MARGIN) * width)), min(width, int((right + _MARGIN) * width) + 1)
    y0, y1 = max(0, int((top - 2 * _MARGIN) * height)), min(height, int((bottom + 2 * _MARGIN) * height) + 1)
    part = np.ascontiguousarray(picture[y0 : max(y1, y0 + 2), x0 : max(x1, x0 + 2)], np.uint8)
    scale = min(1.0, _CROP_SIDE / max(part.shape[:2]))
    size = max(2, round(part.shape[1] * scale)), max(2, round(part.shape[0] * scale))
    shown = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, data = cv2.imencode(".png", shown)
    return data.tobytes()


def _picture(path: Path) -> Any:  # noqa: ANN401 - OpenCV's own kind of array
    import cv2  # noqa: PLC0415 - only decoding needs it

    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise MediaError(Fault.DAMAGED)
    return picture


@lru_cache(maxsize=1)
def _reader() -> Any:  # noqa: ANN401 - RapidOCR has no types
    """Return the reader with the models that its wheel carries: given by path, nothing is downloaded."""
    import rapidocr  # noqa: PLC0415 - loads ONNX Runtime, only reading needs it

    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Det.model_path": str(models / _DETECTION),
            "Rec.model_path": str(models / _RECOGNITION),
            "Cls.model_path": str(models / _DIRECTION),
            "Global.use_cls": False,
            # Words of 16 pixels in 720p are read as well as at the default size, in half the time (decision 14).
            "Det.limit_type": "max",
            "Det.limit_side_len": 960,
            "Global.log_level": "critical",
            # One process a core: more threads in each would only wait for one another.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def read_words(picture: Any) -> list[ReadLine]:  # noqa: ANN401 - OpenCV's own kind of array
    """Return the lines of text in a colour picture."""
    found = _reader()(picture)
    if found.txts is None:
        return []
    height, width = picture.shape[:2]
    lines: list[ReadLine] = []
    for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True):
        if text.strip() and float(score) >= _LEAST_SCORE:
            lines.append(ReadLine(str(text), round(float(score), 3), _box(corners, width, height)))
    return lines[:_MOST_LINES]


def _codes(picture: Any) -> list[ReadCode]:  # noqa: ANN401 - OpenCV's own kind of array
    import zxingcpp  # noqa: PLC0415 - only reading needs it

    height, width = picture.shape[:2]
    codes: list[ReadCode] = []
    for found in zxingcpp.read_barcodes(picture):
        place = found.position
        corners = [
            (corner.x, corner.y)
            for corner in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        ]
        codes.append(ReadCode(found.format.name, found.text[:500], _box(corners, width, height)))
    return codes


def _box(corners: Any, width: int, height: int) -> Box:  # noqa: ANN401 - arrays and lists of points
    points = np.asarray(corners, np.float64)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    shares = left / width, top / height, right / width, bottom / height
    x0, y0, x1, y1 = (round(min(1.0, max(0.0, float(share))), 4) for share in shares)
    return x0, y0, x1, y1
