"""Personal data that a creator types stays on the platform: a provider's model sees a place holder instead."""

import re
from typing import Any, cast

# GB 11643: the last sign of an identity number checks the seventeen before it.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_SIGNS = "10X98765432"
_HOLDER = re.compile(r"〔[\u4e00-\u9fffQ]{2,4}\d{1,3}〕", re.ASCII)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # What looks like a place holder and is the creator's own words.
    ("原文", _HOLDER),
    ("邮箱", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}", re.ASCII)),
    (
        "身份证号",
        re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?![\dXx])", re.ASCII),
    ),
    ("手机号", re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)", re.ASCII)),
    ("银行卡号", re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)", re.ASCII)),
    ("座机号", re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", re.ASCII)),
    (
        "微信号",
        re.compile(
            r"(?<=微信号)[是为:： ]{0,3}([A-Za-z][\w-]{5,19})|(?<=微信)[是为:： ]{0,3}([A-Za-z][\w-]{5,19})",
            re.ASCII,
        ),
    ),
    ("QQ号", re.compile(r"(?i:(?<=qq))[号是为:： ]{0,3}(\d{5,11})(?!\d)", re.ASCII)),
    (
        "姓名",
        re.compile(r"(?:真实姓名|真名|本名|姓名)[是叫为:： ]{0,3}([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])"),
    ),
)


class Masks:
    """The place holders of one turn: the same datum has the same one wherever it stands."""

    def __init__(self) -> None:
        self._holders: dict[str, str] = {}
        self._data: dict[str, str] = {}

    def mask(self, text: str) -> str:
        """Return the text with personal data replaced."""
        for kind, pattern in _KINDS:
            text = pattern.sub(lambda found, kind=kind: self._masked(kind, found), text)
        return text

    def restore(self, text: str) -> str:
        """Return the text as the creator would have written it; unknown place holders stay."""
        return _HOLDER.sub(lambda found: self._data.get(found[0], found[0]), text)

    def mask_all(self, value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return the JSON value with the personal data of its texts replaced."""
        return _each_text(value, self.mask)

    def restore_all(self, value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return the JSON value with its place holders replaced by what they stand for."""
        return _each_text(value, self.restore)

    def _masked(self, kind: str, found: re.Match[str]) -> str:
        datum = next((group for group in found.groups() if group), found[0])
        if not _is(kind, datum):
            return found[0]
        if datum not in self._holders:
            holder = f"〔{kind}{sum(one.startswith(f'〔{kind}') for one in self._data) + 1}〕"
            self._holders[datum], self._data[holder] = holder, datum
        return found[0].replace(datum, self._holders[datum])


def _is(kind: str, datum: str) -> bool:
    """Whether the check signs fit: an order's number is no identity number or card."""
    plain = re.sub(r"[ -]", "", datum).upper()
    match kind:
        case "身份证号":
            total = sum(weight * int(sign) for weight, sign in zip(_ID_WEIGHTS, plain[:17], strict=True))
            return _ID_SIGNS[total % 11] == plain[17]
        case "银行卡号":
            return _luhn(plain)
        case _:
            return True


def _luhn(digits: str) -> bool:
    """Whether the last digit checks the others, as ISO/IEC 7812 says."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digits of a doubled digit, added
    return total % 10 == 0


def _each_text(value: Any, change: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _each_text(one, change) for key, one in cast("dict[str, Any]", value).items()}
    return value
