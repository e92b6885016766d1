"""What the decoding processes report of a file; everything that a finding is judged by."""

from dataclasses import dataclass

from pydantic import TypeAdapter

Span = tuple[float, float]
# Left, top, right, bottom as shares of the picture's width and height.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Borders:
    """Black margins as shares of the picture's height and width."""

    top: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0

    @property
    def area(self) -> float:
        """The share of the picture that is margin: what a player adds lies on both sides, a drawing's ground need not."""
        height, width = 2 * min(self.top, self.bottom), 2 * min(self.left, self.right)
        return 1 - max(0.0, 1 - height) * max(0.0, 1 - width)


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound track by EBU R 128; `loudness_lufs` is None where it is too short or too quiet to be measured."""

    loudness_lufs: float | None
    peak: float
    seconds: float
    silences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of the video that differs from those before it, written to a file of our own."""

    seconds: float
    name: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A video, or a picture (duration 0, one still).

    `sharpness` is of each looked-at picture that has edges, `frozen` in seconds; `pictures` is how many were looked at,
    of an animated picture how many it holds.
    """

    duration_seconds: float
    width: int
    height: int
    borders: Borders
    sharpness: tuple[float, ...]
    frozen: tuple[Span, ...]
    sound: Sound | None
    stills: tuple[Still, ...]
    pictures: int = 1
    black: bool = False


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of text in a picture, as it was read."""

    text: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A two-dimensional code in a picture and what it says."""

    kind: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class ReadStill:
    """What can be read in one still."""

    lines: tuple[ReadLine, ...]
    codes: tuple[ReadCode, ...]


MEASURED: TypeAdapter[Measured] = TypeAdapter(Measured)
READ: TypeAdapter[ReadStill] = TypeAdapter(ReadStill)
