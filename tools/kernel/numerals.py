"""Numbers as they are said: 3500, 3,500, 1.5万, 三千五, 两百, 十五."""

from decimal import Decimal

# A part of a pattern that matches one number; at most 20 characters, so no text can make it slow.
NUMBER = r"(?:\d[\d,]{0,14}(?:\.\d{1,4})?\s?[万千百亿wk]?|[零〇一二两俩三四五六七八九十百千万亿半]{1,12})"
# The same for counting works, months and days.
COUNT = r"(?:\d{1,4}|[零〇一二两俩三四五六七八九十百]{1,5})"

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5} | {
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_BIG = {"万": 10_000, "亿": 100_000_000}
_SUFFIXES = {"百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000}


def number(text: str) -> Decimal | None:
    """Return the number that a text says, None when it says none."""
    text = text.strip().replace(",", "").replace(" ", "")
    factor = 1
    if text and text[0].isdigit() and text[-1] in _SUFFIXES:
        factor, text = _SUFFIXES[text[-1]], text[:-1]
    if text.isascii():
        # Decimal itself would take NaN and Infinity for numbers.
        return Decimal(text) * factor if text.replace(".", "", 1).isdigit() else None
    return _chinese(text)


def count(text: str) -> int | None:
    """Return the whole number that a text says, None when it says none."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def yuan_text(value: Decimal) -> str:
    """Return an amount as tools take it: no exponent, no useless zeros."""
    return f"{value.normalize():f}"


def _chinese(text: str) -> Decimal | None:
    if all(character in _DIGITS for character in text):
        return Decimal("".join(str(_DIGITS[character]) for character in text)) if text else None
    total = section = digit = 0
    unit = 1
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
            unit = 1 if character in "零〇" else unit
        elif character in _UNITS:
            unit = _UNITS[character]
            section += (digit or 1) * unit
            digit = 0
        elif character in _BIG:
            unit = _BIG[character]
            total = (total + section + digit) * unit
            section = digit = 0
        else:
            return None
    # 三千五 is 3,500 and 两万三 is 23,000: a last digit counts in tenths of the unit before it.
    trailing = digit * (unit // 10) if unit >= 100 and digit else digit  # noqa: PLR2004 - 十五 is 15, 一百五 is 150
    return Decimal(total + section + trailing)
