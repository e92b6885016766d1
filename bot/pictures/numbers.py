"""Numbers as Chinese readers expect them in a chart: 1.2万 on an axis, 12,345.6 in a list."""

import math

_WAN = 10_000
_YI = 100_000_000
# Smaller than this, two decimals would show next to nothing of a number.
_SMALL = 0.1


def short_number(value: float, *, decimals: int = 1) -> str:
    """Return the number in 万 or 亿 from ten thousand on, cut there (never more than there is); small ones stay as they are.

    `decimals` are those of 万 and 亿; an axis whose steps are finer needs more of them.
    """
    for unit, name in ((_YI, "亿"), (_WAN, "万")):
        if abs(value) >= unit:
            scale = 10**decimals
            # Rounded first at the twelfth digit: 1.15 万 is a hair below 11,500 in binary.
            cut = math.trunc(round(value / unit * scale, 6)) / scale
            return f"{_trimmed(f'{cut:.{decimals}f}')}{name}"
    return _plain(value, grouped=False)


def full_number(value: float) -> str:
    """Return the number with grouped thousands and at most two decimals; small fractions keep two digits."""
    return _plain(value, grouped=True)


def _plain(value: float, *, grouped: bool) -> str:
    if value and abs(value) < _SMALL:
        digits = 1 - math.floor(math.log10(abs(value)))
        return _trimmed(f"{value:.{digits}f}")
    return _trimmed(f"{value:,.2f}" if grouped else f"{value:.2f}")


def _trimmed(text: str) -> str:
    """Return the decimals without the zeros at their end, and no minus before a plain zero."""
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
