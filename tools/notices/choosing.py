"""Which activity a creator means: a title or a part of one, a place in the list, or the only one there is."""

import re

from tools.kernel.agent_tool import Call
from tools.kernel.errors import Refusal
from tools.notices import activities
from tools.notices.activities import ActivityUnknown, Meant
from tools.notices.models import Activity

_PLACE = re.compile(r"ord:(-?\d{1,3})", re.ASCII)
_MOST_NAMED = 5


class WhichActivity(Refusal):
    """More than one activity may be meant."""

    template = "你说的是哪一个活动？{titles}。说出名字，或者“第一个”。"


class NoActivity(Refusal):
    """There is no activity to mean."""

    template = "现在没有你能{what}的活动。"


def listed(call: Call, *, category: str | None = None) -> list[Meant]:
    """Return the list that the creator is shown."""
    return activities.meant_for(
        call.session, creator_id=call.creator_id, on=call.on, now=call.now, category=category
    )


def chosen(call: Call, text: str | None, *, open_only: bool = False, mine: bool = False) -> Activity:
    """Return the activity that is meant; without a name the only one that fits.

    `open_only` leaves out what the creator signed up for, `mine` all else. Raises ActivityUnknown, WhichActivity and
    NoActivity.
    """
    shown = listed(call)
    if text is not None and (place := _PLACE.fullmatch(text.strip())):
        return _at(shown, int(place[1]), text)
    if text is not None:
        found = activities.find(call.session, text=text, now=call.now)
        if not found:
            raise ActivityUnknown(text=text[:30])
        return _only(found)
    fitting = [
        each.activity
        for each in shown
        if (not open_only or not each.signed_up) and (not mine or each.signed_up)
    ]
    if not fitting:
        raise NoActivity(what="取消" if mine else "报名" if open_only else "看")
    said = call.transcript[-1].text if call.transcript else ""
    return _only([row for row in fitting if row.title in said] or fitting)


def _at(shown: list[Meant], place: int, text: str) -> Activity:
    index = place - 1 if place > 0 else place
    if place == 0 or not -len(shown) <= index < len(shown):
        raise ActivityUnknown(text=f"第 {text.removeprefix('ord:')} 个")
    return shown[index].activity


def _only(found: list[Activity]) -> Activity:
    if len(found) > 1:
        raise WhichActivity(titles="、".join(f"《{row.title}》" for row in found[:_MOST_NAMED]))
    return found[0]
