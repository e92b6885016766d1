"""Arguments that a provider's model may give a tool: forms that everybody has, and what the conversation holds.

A creator's words, names and numbers come from the creator or from a tool; whatever else stands in an argument is the
model's own, and a tool that repeats its arguments would say it for it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.agent.claims import numbers, pairs

_OWN_WORDS = "question"
# Too short to say anything: 美食, 短剧, 快手之星.
_HARMLESS = re.compile(r"[\u4e00-\u9fff]{1,6}|[a-zA-Z_]{1,24}")
# The forms of DESIGN §4.
_FORM = re.compile(
    r"month:\d{1,2}|q:[1-4]|range:\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d|last_\d{1,2}_days|ord:-?\d{1,3}"
    r"|date:(?:yesterday|\d{4}-\d\d-\d\d)|top_\d{1,3}"
)
_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?", re.ASCII)
_PREFIX = re.compile(r"(?:id|title|text|date|ord):")
_SUPPORT = 0.5


def grounded(arguments: Mapping[str, Any], *, said: Iterable[str], question: str) -> dict[str, Any]:
    """Return the arguments without what nobody said; a question that nobody asked becomes the creator's own."""
    texts = list(said)
    known = "\n".join(texts)
    spoken = {pair for text in texts for pair in pairs(text)}
    amounts = {number for text in texts for number in numbers(text)}
    kept: dict[str, Any] = {}
    for name, value in arguments.items():
        if value is None or isinstance(value, bool) or _is_known(value, known, spoken, amounts):
            kept[name] = value
        elif name == _OWN_WORDS:
            kept[name] = question
    return kept


def _is_known(value: object, known: str, spoken: set[str], amounts: set[Any]) -> bool:
    if isinstance(value, int):
        return value in amounts
    if not isinstance(value, str):
        return False
    text = _PREFIX.sub("", value.strip())
    if _FORM.fullmatch(value.strip()) or (text and text in known):
        return True
    if not numbers(text) <= amounts:
        return False
    if _HARMLESS.fullmatch(text) or _AMOUNT.fullmatch(text):
        return True
    wanted = pairs(text)
    return bool(wanted) and len(wanted & spoken) >= _SUPPORT * len(wanted)
