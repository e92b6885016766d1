"""Charts as data: a tool says what is drawn, a channel says how (a picture, or an interactive chart)."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite


class Drawing(StrEnum):
    """How one series is drawn."""

    LINE = "line"
    AREA = "area"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: a finite value for each label of its chart, None where there is none.

    `unit` is written after the values; a series on the second axis has a scale of its own on the right.
    """

    name: str
    values: tuple[float | None, ...]
    unit: str = ""
    drawing: Drawing = Drawing.LINE
    second_axis: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at one label, counted from 0: the moment that a reader should look at."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A titled chart over one row of labels (seconds, days, names); `note` says where the numbers come from.

    In a `stacked` chart the bars of a label stand on each other, because their sum is what counts.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    note: str = ""
    stacked: bool = False

    def __post_init__(self) -> None:
        """Hold every series to the labels: a tool that does not is wrong."""
        assert self.series, "a chart has a series"
        assert all(len(series.values) == len(self.labels) for series in self.series), "a value for each label"
        values = (value for series in self.series for value in series.values if value is not None)
        assert all(map(isfinite, values)), (
            "a value that does not exist is None: no database keeps NaN in JSON"
        )
        assert all(0 <= mark.at < len(self.labels) for mark in self.marks), "a mark stands at a label"
