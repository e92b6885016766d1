"""What a model says must come from what the tools said: numbers above all (DESIGN §2)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# A count in 万 or 亿 is the tools' exact number cut or rounded at the digit shown.
_UNITS = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百万": 1_000_000, "千万": 10_000_000}
_NUMBER = re.compile(r"(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>千万|百万|万|亿|千)?", re.ASCII)
# A name, not a figure; and the marks of lists and citations.
_NO_FIGURE = re.compile(r"1\s*[vVｖ对]\s*1|\[\d{1,2}\]|(?m:^\s*\d{1,2}[.、)）](?!\d))")
_ENOUGH = 1e-9


def is_grounded(text: str, *, sources: Iterable[str]) -> bool:
    """Whether every number in the text stands in one of the sources, exactly or cut to the digits shown."""
    known = sorted({value for source in sources for value, _ in _numbers(source)})
    return all(_known(value, step, known) for value, step in _numbers(text))


def _numbers(text: str) -> Iterator[tuple[float, float]]:
    """Yield each number with its unit applied, and the value of its last digit."""
    for found in _NUMBER.finditer(_NO_FIGURE.sub(" ", unicodedata.normalize("NFKC", text))):
        digits = found["digits"].replace(",", "")
        factor = _UNITS.get(found["unit"] or "", 1)
        decimals = len(digits.partition(".")[2])
        yield float(digits) * factor, factor / 10**decimals


def _known(value: float, step: float, known: list[float]) -> bool:
    if step <= 1:
        return any(abs(value - other) < _ENOUGH for other in known)
    # 12.3 万 may stand for anything from 122,500 (rounded) to 123,999 (cut).
    return any(abs(value - other) < _ENOUGH or -step / 2 <= other - value < step for other in known)
