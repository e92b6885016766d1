"""From a picture file to what is judged; runs in a decoding process."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.kernel.media.limits import Fault, MediaError, MediaLimits
from tools.precheck.media.measure_video import STILL_SIDE
from tools.precheck.media.measured import MEASURED, Measured, Still
from tools.precheck.media.pictures import borders, is_black, sharpness

if TYPE_CHECKING:
    from PIL.Image import Image

# What the pool is asked to run; the option `folder` names where the still goes.
PICTURE_TASK = "tools.precheck.media.measure_picture:measure_picture_file"
# Formats that are decoded by Pillow itself; others (PDF, EPS, icons) would start other programs or hold no cover.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_LOOKED_SIDE = 640
_JPEG_QUALITY = 90
_LEAST_SIDE = 2


def measure_picture_file(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:
    """Return the file's Measured as JSON and write its still; of an animation the first picture. Raises MediaError."""
    import cv2  # noqa: PLC0415 - only decoding needs it

    picture, pictures = _opened(path, limits)
    colour = np.asarray(picture, np.uint8)[:, :, ::-1]
    height, width = colour.shape[:2]
    scale = min(1.0, STILL_SIDE / max(width, height))
    still = cv2.resize(
        np.ascontiguousarray(colour),
        (max(_LEAST_SIDE, round(width * scale)), max(_LEAST_SIDE, round(height * scale))),
        interpolation=cv2.INTER_AREA,
    )
    folder = Path(options["folder"])
    cv2.imwrite(str(folder / "cover.jpg"), still, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    gray = np.asarray(cv2.cvtColor(still, cv2.COLOR_BGR2GRAY), np.uint8)
    looked = min(1.0, _LOOKED_SIDE / max(gray.shape))
    size = max(_LEAST_SIDE, round(gray.shape[1] * looked)), max(_LEAST_SIDE, round(gray.shape[0] * looked))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    share = sharpness(small)
    return MEASURED.dump_json(
        Measured(
            duration_seconds=0.0,
            width=width,
            height=height,
            borders=borders(small),
            sharpness=() if share is None else (share,),
            frozen=(),
            sound=None,
            stills=(Still(0.0, "cover.jpg"),),
            pictures=pictures,
            black=is_black(small),
        )
    )


def _opened(path: Path, limits: MediaLimits) -> "tuple[Image, int]":
    """Return the picture upright in RGB, and how many the file holds. Raises MediaError."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - only pictures need it

    if not path.is_file():
        raise MediaError(Fault.MISSING)
    if (size := path.stat().st_size) == 0:
        raise MediaError(Fault.EMPTY)
    if size > limits.file_bytes:
        raise MediaError(Fault.TOO_LARGE)
    # Our own limit is asked before anything is decoded; Pillow's would only warn.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            if picture.width * picture.height > limits.pixels:
                raise MediaError(Fault.TOO_MANY_PIXELS)
            pictures = min(int(getattr(picture, "n_frames", 1)), limits.decoded_frames)
            picture.seek(0)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            flat = upright.convert("RGBA") if "transparency" in upright.info else upright
            return _on_white(flat).convert("RGB"), pictures
    except UnidentifiedImageError:
        raise MediaError(Fault.NOT_A_VIDEO) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, ZeroDivisionError):
        # What Pillow's parsers raise on damaged files; its own errors are among them.
        raise MediaError(Fault.DAMAGED) from None


def _on_white(picture: "Image") -> "Image":
    """Return the picture as it is shown: what is transparent over white."""
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    if picture.mode not in ("RGBA", "LA", "PA"):
        return picture
    sheet = Image.new("RGBA", picture.size, "white")
    sheet.alpha_composite(picture.convert("RGBA"))
    return sheet
