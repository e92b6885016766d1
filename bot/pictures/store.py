"""The pictures of charts, kept in a folder under names made from what they show.

The folder is a cache: the message log keeps the charts, and a picture that is gone is drawn again.
"""

import json
import logging
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

from bot.pictures.draw import draw
from tools.kernel.agent_tool import Attachment
from tools.kernel.charts import Chart

logger = logging.getLogger(__name__)

# Raised when the same chart is drawn in another way, so that no old picture is taken for it.
_DRAWN_AS = 1
# About six thousand pictures; those that nobody asked for the longest go first.
MOST_BYTES = 512 * 1024 * 1024
# Looking through the folder at every 256th new picture is often enough, also for processes that draw only one.
_LOOKS_THROUGH = "00"


class Pictures:
    """Pictures in this folder; any number of threads and processes may share it."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def file(self, chart: Chart) -> Path:
        """Return the chart's PNG, drawn now if it is not there."""
        path = self._folder / f"{_name(chart)}.png"
        try:
            os.utime(path)
        except FileNotFoundError:
            self._write(path, chart)
        return path

    def attachments(self, charts: Iterable[Chart]) -> tuple[Attachment, ...]:
        """Return the charts as images; one that cannot be drawn or stored is left out and logged.

        The words are worth more than the pictures: they must reach the person all the same.
        """
        return tuple(Attachment("image", str(path)) for chart in charts if (path := self.file_or_none(chart)))

    def file_or_none(self, chart: Chart) -> Path | None:
        """Return the chart's PNG, or None when it cannot be drawn or stored, which is logged."""
        try:
            return self.file(chart)
        except Exception:
            logger.exception("a chart of %d labels has no picture", len(chart.labels))
            return None

    def _write(self, path: Path, chart: Chart) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # What matplotlib keeps of its own belongs beside the pictures, not into the home folder of the user.
        os.environ.setdefault("MPLCONFIGDIR", str(self._folder / "matplotlib"))
        picture = draw(chart)
        descriptor, made = tempfile.mkstemp(dir=self._folder, prefix=".drawn-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(picture)
        # A reader sees the whole picture or none; of two that draw at once the second replaces the same bytes.
        Path(made).replace(path)
        if path.name.startswith(_LOOKS_THROUGH):
            self.remove_oldest()

    def remove_oldest(self) -> None:
        """Remove what was not asked for the longest, until the rest fits the folder's size."""
        found = sorted(
            ((file.stat(), file) for file in self._folder.glob("*.png")),
            key=lambda entry: entry[0].st_mtime_ns,
            reverse=True,
        )
        used = 0
        for status, file in found:
            used += status.st_size
            if used > self._most_bytes:
                file.unlink(missing_ok=True)


def _name(chart: Chart) -> str:
    """Return the same name for the same chart, whether fresh from a tool or read from the log."""
    # A tool's 1 is 1.0 when the log has kept it.
    floats = (tuple(None if value is None else float(value) for value in one.values) for one in chart.series)
    series = (replace(one, values=values) for one, values in zip(chart.series, floats, strict=True))
    shown = json.dumps([_DRAWN_AS, asdict(replace(chart, series=tuple(series)))], sort_keys=True)
    return sha256(shown.encode()).hexdigest()
