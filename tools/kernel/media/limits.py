"""What a video may cost, and why one is refused."""

from dataclasses import dataclass
from enum import StrEnum

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """The most that one file may take; beyond it the file is refused with a reason."""

    file_bytes: int = 2 << 30
    duration_seconds: float = 7200.0
    # 8K film; a 16k square would decode to half a gigabyte a frame.
    pixels: int = 8192 * 4320
    decoded_frames: int = 450_000
    wall_seconds: float = 120.0
    memory_bytes: int = 4096 * _MIB


class Fault(StrEnum):
    """Why a file gives no frames, in one English line."""

    MISSING = "there is no such file"
    EMPTY = "the file is empty"
    TOO_LARGE = "the file is larger than allowed"
    NOT_A_VIDEO = "not a video in a known format"
    NO_PICTURE = "has no video stream, only sound or data"
    TOO_LONG = "longer than allowed"
    TOO_MANY_PIXELS = "more pixels a frame than allowed"
    TOO_MANY_FRAMES = "more frames than allowed"
    DAMAGED = "damaged: no frame can be decoded"
    TOO_SLOW = "took longer to decode than allowed"
    CRASHED = "the decoder crashed or ran out of memory on it"

    @property
    def line(self) -> str:
        """The reason as an operator reads it."""
        return self.value


class MediaError(Exception):
    """One file gave no frames; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.line)
