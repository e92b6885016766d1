"""Tasks that behave as a decoder may on a hostile file."""

import os
import time
from pathlib import Path
from typing import Any

from tools.kernel.media.limits import Fault, MediaError, MediaLimits


def misbehave(path: Path, options: dict[str, Any], limits: MediaLimits) -> bytes:
    """Do what the file's name says."""
    match path.stem:
        case "crash":
            os.abort()
        case "hang":
            time.sleep(60)
        case "hoard":
            return bytes(1 << 40)
        case "refuse":
            raise MediaError(Fault.DAMAGED)
        case _:
            print("libraries talk")  # noqa: T201 - what the answers must not be mixed with
    return path.stem.encode()
