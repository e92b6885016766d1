"""Money in fen and traffic in impressions: whole numbers inside, exact text at the edge."""

import re

FEN_PER_YUAN = 100
# One transfer above this is a typing mistake, not a payment: the yearly budget of the largest programme
# (FACTS S1, 1 billion yuan) is the largest sum that the platform moves at once.
LARGEST_FEN = 1_000_000_000 * FEN_PER_YUAN

_YUAN = re.compile(r"(?P<sign>-?)(?P<yuan>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fen>\d{1,2}))?", re.ASCII)
_WAN = 10_000
_YI = 100_000_000


class AmountError(ValueError):
    """The text is not an exact amount of yuan."""


def yuan(amount_fen: int) -> str:
    """Return the amount as yuan with two decimals and grouped thousands: 123456 fen is "1,234.56"."""
    sign = "-" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"


def parse_yuan(text: str) -> int:
    """Return the fen that a text of yuan means, exactly; `parse_yuan(yuan(n)) == n` for every n.

    Accepts an optional minus, grouped or plain digits, and at most two decimals.
    Raises AmountError for anything else, a third decimal and amounts above LARGEST_FEN included.
    """
    if not (found := _YUAN.fullmatch(text.strip())):
        raise AmountError(f"not an amount of yuan with at most two decimals: {text.strip()[:40]!r}")
    whole = int(found["yuan"].replace(",", "")[:20])
    amount_fen = whole * FEN_PER_YUAN + int((found["fen"] or "").ljust(2, "0"))
    if amount_fen > LARGEST_FEN:
        raise AmountError(f"amount is above {yuan(LARGEST_FEN)} yuan: {text.strip()[:40]!r}")
    return -amount_fen if found["sign"] else amount_fen


def count_text(count: int) -> str:
    """Return a count of people, plays or impressions as Chinese readers write it: 12.3 万, 1000 亿.

    Counts below 10,000 stay exact; above, one decimal is kept, cut (never rounded up past what is there).
    """
    for unit, name in ((_YI, "亿"), (_WAN, "万")):
        if abs(count) >= unit:
            tenths = abs(count) * 10 // unit
            whole, tenth = divmod(tenths, 10)
            sign = "-" if count < 0 else ""
            return f"{sign}{whole}.{tenth} {name}" if tenth else f"{sign}{whole} {name}"
    return f"{count}"


def rate_text(part: int, whole: int) -> str:
    """Return part / whole as a percentage with one decimal, or "—" when there is nothing to divide by."""
    if whole <= 0:
        return "—"
    tenths = (
        (part * 1000 * 2 + whole) // (2 * whole) if part >= 0 else -((-part * 2000 + whole) // (2 * whole))
    )
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%"
