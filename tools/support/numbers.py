"""A case's number, as people read and write it."""

from tools.kernel.errors import Refusal

_MOST_DIGITS = 18


class CaseUnknown(Refusal):
    """No case has the number, or not for whoever asks."""

    template = "没有找到工单 {number}。请核对工单号。"


def number_of(case_id: int) -> str:
    """Return the number of a case, as in C000001."""
    return f"C{case_id:06d}"


def case_id_of(number: str) -> int:
    """Return the case that a number names. Raises CaseUnknown for what is no number."""
    digits = number.strip().upper().removeprefix("C")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise CaseUnknown(number=number.strip()[:20])
    return int(digits)
