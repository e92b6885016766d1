"""A chart as a PNG that a messenger shows on a phone."""

import logging
from threading import Lock

from tools.kernel.charts import Chart

# matplotlib promises nothing to threads; one picture at a time is as fast, since it is Python that draws.
_drawing = Lock()


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG, 1080 pixels wide; the same chart gives the same bytes."""
    # matplotlib takes a third of a second to import, which an answer without a chart need not wait for.
    # Nobody at a terminal needs to know that it looks through the machine's fonts, which we do not use.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    from bot.pictures.plot import plot  # noqa: PLC0415

    with _drawing:
        return plot(chart)
