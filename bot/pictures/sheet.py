"""A sheet of pixels, counted from its top left, on which words, lines and bars are put; this module is matplotlib's edge."""

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from typing import Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform
from PIL import Image

from bot.pictures.make_font import FONT

# From the left and from the top.
Point = tuple[float, float]

WIDTH = 1080
INK, QUIET, GRID, PAPER = "#17211c", "#56655e", "#e1e8e4", "#ffffff"

_DPI = 100
_POINTS = 72 / _DPI
# From the middle of a line of words down to its baseline, in ems of Noto Sans CJK.
_BASELINE = 0.36
_PIXELS = IdentityTransform()


@cache
def font_characters() -> frozenset[int]:
    """Return the code points that the font has."""
    return frozenset(int(code) for code in FT2Font(str(FONT)).get_charmap())


class Sheet:
    """A white picture of this height, being drawn."""

    def __init__(self, *, height: float) -> None:
        _use_own_style()
        self._height = round(height)
        self._figure = Figure(figsize=(WIDTH / _DPI, self._height / _DPI), dpi=_DPI, facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self._figure)

    def write(  # a text and where it stands
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float,
        colour: str = INK,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Write a line of words whose middle is at `y`."""
        words = Text(
            x,
            self._height - y - size * _BASELINE,
            text,
            color=colour,
            horizontalalignment=align,
            verticalalignment="baseline",
            fontproperties=_font(size),
            parse_math=False,
            transform=_PIXELS,
        )
        self._figure.add_artist(words)

    def badge(self, number: int, x: float, y: float, *, size: float) -> None:
        """Put a number in a dark circle."""
        self.dots([(x, y)], colour=INK, size=size * 1.45)
        self.write(str(number), x, y, size=size, colour=PAPER, align="center")

    def line(
        self, x: tuple[float, float], y: tuple[float, float], *, colour: str, dashed: bool = False
    ) -> None:
        """Draw a thin line between two points."""
        low, high = y
        style = (0, (4, 3)) if dashed else "-"
        stroke = Line2D(
            x,
            (self._height - low, self._height - high),
            color=colour,
            linewidth=1.4,
            linestyle=style,
            transform=_PIXELS,
            zorder=-1,  # below what the plot shows
        )
        self._figure.add_artist(stroke)

    def dots(self, points: Iterable[Point], *, colour: str, size: float, edge: str = "none") -> None:
        """Put a round dot at each point."""
        for x, y in points:
            dot = Line2D(
                [x],
                [self._height - y],
                marker="o",
                markersize=size * _POINTS,
                color=colour,
                markeredgecolor=edge,
                transform=_PIXELS,
            )
            self._figure.add_artist(dot)

    def curve(self, points: Sequence[Point], *, colour: str) -> None:
        """Draw a thick line through the points."""
        line = Line2D(
            [x for x, _ in points],
            [self._height - y for _, y in points],
            color=colour,
            linewidth=4 * _POINTS,
            solid_joinstyle="round",
            transform=_PIXELS,
        )
        self._figure.add_artist(line)

    def area(self, points: Sequence[Point], *, floor: float, colour: str) -> None:
        """Fill what is between the points and the height `floor`, thinly."""
        (first, _), (last, _) = points[0], points[-1]
        outline = [(first, floor), *points, (last, floor)]
        corners = [(x, self._height - y) for x, y in outline]
        self._figure.add_artist(
            Polygon(corners, facecolor=colour, alpha=0.22, linewidth=0, transform=_PIXELS)
        )

    def bar(self, x: tuple[float, float], y: tuple[float, float], *, colour: str) -> None:
        """Fill the rectangle between two corners."""
        left, right = sorted(x)
        top, bottom = sorted(y)
        filled = Rectangle(
            (left, self._height - bottom),
            right - left,
            bottom - top,
            facecolor=colour,
            linewidth=0,
            transform=_PIXELS,
        )
        self._figure.add_artist(filled)

    def png(self) -> bytes:
        """Return the picture; no date and no version stands in it."""
        self._canvas.draw()
        size = (WIDTH, self._height)
        picture = Image.frombytes("RGBA", size, bytes(self._canvas.buffer_rgba())).convert("RGB")
        file = BytesIO()
        picture.save(file, "PNG")
        return file.getvalue()


@cache
def _use_own_style() -> None:
    """Forget what a file of the machine's user may have set: pictures are the same everywhere."""
    mpl.rcdefaults()


@cache
def _font(size: float) -> FontProperties:
    return FontProperties(fname=str(FONT), size=size * _POINTS)
