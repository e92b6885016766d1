"""Outbound as Telegram shows it: HTML in parts of at most 4,096 characters, and inline buttons."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from pydantic import Field

from bot.messages import Outbound
from tools.kernel.agent_tool import Button, Citation

# The Bot API's limit on one message, in UTF-16 units after its entities are parsed.
LONGEST_MESSAGE = 4_096
# Kept free at the end of a confirmation, so that the decision fits when the message is edited.
_DECISION_ROOM = 64
_LONGEST_LABEL = 40
_SHORT_LABEL = 9
_ROW = 2
_BEYOND_ONE_UNIT = 0xFFFF

_SOURCES = "依据"
_CONFIRM = "✅ 确认"
_CANCEL = "取消"
_NO_LABEL = "……"

# Where a message may end, best first: after a paragraph, a line, a sentence, a clause or a word.
_BORDERS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？；!?;…]+[”』」）》)\"']*|\.(?=\s)"),
    re.compile(r"[，、,：:]|\s"),
)


# What comes back in a pressed button is the client's word; a row id that no database can hold is no button of ours.
_RowId = Annotated[int, Field(gt=0, lt=2**63)]


class Suggestion(CallbackData, prefix="s"):
    """A suggestion's button: the logged answer that offers it, and its place there."""

    message: _RowId
    index: Annotated[int, Field(ge=0)]


class Decision(CallbackData, prefix="c"):
    """A confirm or cancel button: the logged answer that asks for it."""

    message: _RowId
    accepted: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One Telegram message: the same words as HTML, and plain for when Telegram refuses the HTML."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class _Span:
    text: str
    bold: bool = False


def parts(outbound: Outbound) -> tuple[Part, ...]:
    """Return the answer's messages in order; none is blank, longer than Telegram takes, or cut inside a tag."""
    limit = LONGEST_MESSAGE - (_DECISION_ROOM if outbound.confirm else 0)
    return tuple(_part(spans) for spans in _split(tuple(_spans(outbound)), limit) if _plain(spans).strip())


def decided(outbound: Outbound, *, decision: str) -> Part:
    """Return the confirmation's last message with the decision below it."""
    last = parts(outbound)[-1]
    return Part(f"{last.html}\n\n<b>{_escape(decision)}</b>", f"{last.plain}\n\n{decision}")


def keyboard(outbound: Outbound, *, message_id: int | None) -> InlineKeyboardMarkup | None:
    """Return the confirm and suggestion buttons; they name the answer's place in the log, so it must have one."""
    if message_id is None:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    if outbound.confirm is not None:
        rows.append(
            [_decision(_CONFIRM, message_id, accepted=True), _decision(_CANCEL, message_id, accepted=False)]
        )
    rows.extend(_suggestions(outbound.buttons, message_id))
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def units(text: str) -> int:
    """Return the text's length as Telegram counts it: UTF-16 units."""
    return sum(map(_unit, text))


def _suggestions(buttons: Sequence[Button], message_id: int) -> Iterator[list[InlineKeyboardButton]]:
    """Yield rows of one button, or of two with short labels: a client cuts what does not fit."""
    row: list[InlineKeyboardButton] = []
    for index, button in enumerate(buttons):
        data = Suggestion(message=message_id, index=index).pack()
        # Telegram refuses the whole message for one button without a label.
        label = _words(button.label).strip()[:_LONGEST_LABEL] or _NO_LABEL
        if row and (len(row) == _ROW or max(len(label), len(row[0].text)) > _SHORT_LABEL):
            yield row
            row = []
        row.append(InlineKeyboardButton(text=label, callback_data=data))
    if row:
        yield row


def _decision(label: str, message_id: int, *, accepted: bool) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=label, callback_data=Decision(message=message_id, accepted=accepted).pack()
    )


def _spans(outbound: Outbound) -> Iterator[_Span]:
    yield _Span(_words(outbound.text))
    if outbound.confirm is not None and outbound.confirm.summary not in outbound.text:
        yield _Span("\n\n")
        yield _Span(_words(outbound.confirm.summary), bold=True)
    if sources := _sources(outbound.citations):
        yield _Span("\n\n")
        yield _Span(_SOURCES, bold=True)
        yield _Span("".join(f"\n{marks} {source}" for source, marks in sources.items()))


def _sources(citations: Sequence[Citation]) -> dict[str, str]:
    """Return each source once, with all the numbers under which the text refers to it."""
    marks: dict[str, str] = {}
    for number, citation in enumerate(citations, start=1):
        source = f"《{_words(citation.title)}》{_words(citation.clause)}"
        marks[source] = f"{marks.get(source, '')}[{number}]"
    return marks


def _words(text: str) -> str:
    # A lone surrogate is no text in any encoding that Telegram takes.
    return text.encode("utf-8", "replace").decode()


def _split(spans: Sequence[_Span], limit: int) -> Iterator[list[_Span]]:
    text = _plain(spans)
    for start, end in pairwise(_cuts(text, limit)):
        yield list(_between(spans, start, end))


def _cuts(text: str, limit: int) -> Iterator[int]:
    """Yield where each part begins, and the text's end."""
    before = list(accumulate(map(_unit, text), initial=0))
    start = 0
    yield start
    while before[-1] - before[start] > limit:
        start = _border(text, start, bisect_right(before, before[start] + limit) - 1)
        yield start
    if start < len(text):
        yield len(text)


def _border(text: str, start: int, end: int) -> int:
    """Return the best place to end a part; one in the window's second half, if there is any, wastes less."""
    for floor in ((start + end) // 2, start):
        for border in _BORDERS:
            found = [match.end() for match in border.finditer(text, floor, end)]
            if found:
                return found[-1]
    return end


def _between(spans: Sequence[_Span], start: int, end: int) -> Iterator[_Span]:
    at = 0
    for span in spans:
        cut = span.text[max(start - at, 0) : max(end - at, 0)]
        if cut:
            yield _Span(cut, bold=span.bold)
        at += len(span.text)


def _part(spans: Sequence[_Span]) -> Part:
    marked = (f"<b>{_escape(span.text)}</b>" if span.bold else _escape(span.text) for span in spans)
    return Part("".join(marked), _plain(spans))


def _plain(spans: Sequence[_Span]) -> str:
    return "".join(span.text for span in spans)


def _escape(text: str) -> str:
    # Telegram knows &lt; &gt; &amp; and &quot; only; quotes matter in attributes alone, and we write none.
    return html.escape(text, quote=False)


def _unit(character: str) -> int:
    return 2 if ord(character) > _BEYOND_ONE_UNIT else 1
