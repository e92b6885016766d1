"""What the panes of the desk share: words for clocks and states, and small elements."""

from collections.abc import Callable
from datetime import datetime, timedelta

from nicegui.element import Element

from bot.channels.web_elements import box, describe, words
from tools.kernel.period import PLATFORM_ZONE
from tools.support.tiers import ServiceTier
from tools.support.views import CaseView, ClockView

_SOON = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def shortcut(label: str, key: str, press: Callable[[], object], classes: str = "quiet-button") -> Element:
    """Add a button that a key presses too, wherever the keyboard is outside a text box."""
    button = describe(
        words("button", label, classes),
        type="button",
        data_key=key,
        aria_keyshortcuts=key,
        title=f"{label}（{key}）",
    )
    return button.on("click", press, args=[])


def plain_button(label: str, press: Callable[[], object], classes: str = "quiet-button") -> Element:
    """Add a button."""
    return describe(words("button", label, classes), type="button").on("click", press, args=[])


def clock_words(clock: ClockView, *, now: datetime) -> str:
    """Return a promise in a few words: 首次回复 还剩 12 分钟."""
    name = clock.promise.words
    if clock.stopped_at is not None:
        return f"{name} 已完成" + ("（超时）" if clock.breached else "")
    if clock.paused or clock.due_at is None:
        return f"{name} 已暂停" + ("（超时）" if clock.breached else "")
    left = clock.due_at - now
    return f"{name} 超时 {length(-left)}" if left < timedelta(0) else f"{name} 还剩 {length(left)}"


def clock_class(clock: ClockView, *, now: datetime) -> str:
    """Return how urgent a promise looks."""
    if clock.breached:
        return "late"
    if clock.due_at is not None and clock.stopped_at is None and clock.due_at - now < _SOON:
        return "soon"
    return ""


def length(span: timedelta) -> str:
    """Return a span in the one unit that people would use, minutes at least."""
    if span >= 2 * _DAY:
        return f"{span // _DAY} 天"
    if span >= 2 * _HOUR:
        return f"{span // _HOUR} 小时"
    return f"{max(span // timedelta(minutes=1), 1)} 分钟"


def moment(at: datetime, *, now: datetime) -> str:
    """Return a moment on the platform's clock, without the day when it is today."""
    local = at.astimezone(PLATFORM_ZONE)
    today = local.date() == now.astimezone(PLATFORM_ZONE).date()
    return f"{local:%H:%M}" if today else f"{local:%m-%d %H:%M}"


def tier_badge(case: CaseView) -> None:
    """Add the creator's tier, where it is a special one."""
    if case.tier is not ServiceTier.STANDARD:
        words("span", case.tier.words, "badge")


def section(heading: str) -> Element:
    """Add a part of a pane with its heading, to be filled."""
    part = describe(box("section", "part"), aria_label=heading)
    with part:
        words("h3", heading)
    return part
