"""One message for the notices of a day: a line each, the newest told in full when it is the only one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tools.kernel.agent_tool import Attachment, Button
from tools.kernel.period import PLATFORM_ZONE
from tools.notices.service import LeftNotice

_SHOWN: Final = 8
_LONGEST_LINE: Final = 110
_MOST_BUTTONS: Final = 3
_ALL: Final = Button("看全部通知", "最近的通知")


@dataclass(frozen=True, slots=True)
class DigestWords:
    """A message made of notices."""

    text: str
    attachments: tuple[Attachment, ...]
    buttons: tuple[Button, ...]


def digest_of(notices: Sequence[LeftNotice], *, on: datetime) -> DigestWords:
    """Return the message of notices that are told together, in their order."""
    assert notices, "nothing to tell is no message"
    if len(notices) == 1:
        [only] = notices
        return DigestWords(only.text, only.attachments, only.buttons)
    day = on.astimezone(PLATFORM_ZONE)
    lines = [f"{day.month}月{day.day}日的 {len(notices)} 条通知："]
    lines += [
        f"{place}. 【{notice.topic.words}】{_line(notice.text)}"
        for place, notice in enumerate(notices[:_SHOWN], 1)
    ]
    if len(notices) > _SHOWN:
        lines.append(f"还有 {len(notices) - _SHOWN} 条，点下面看全部。")
    buttons = list(dict.fromkeys(button for notice in notices[:_SHOWN] for button in notice.buttons[:1]))
    return DigestWords("\n".join(lines), (), (*buttons[:_MOST_BUTTONS], _ALL))


def _line(text: str) -> str:
    """Return the words on one line, cut where a line gets too long to read."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
