"""The queue: boxes with their counts, the cases in them by what is due first, and what the desk wants heard."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from nicegui.element import Element

from bot.channels.web_elements import box, describe, words
from bot.desk.panes import clock_class, clock_words, moment, plain_button, tier_badge
from tools.support.alerts import AlertView
from tools.support.boxes import Box
from tools.support.desk_views import QueuePage, QueueRow

_EMPTY: Mapping[Box, str] = {
    Box.MINE: "你手上没有工单。按 T 接手排队中的第一件。",
    Box.OFFERED: "没有派给你或你们组的工单。",
    Box.QUEUED: "没有人在排队。",
    Box.PENDING: "没有在等创作者答复的工单。",
    Box.ALL_OPEN: "没有未解决的工单。",
    Box.RESOLVED: "还没有解决过的工单。",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """What the pane shows."""

    box: Box
    counts: Mapping[Box, int]
    page: QueuePage
    alerts: tuple[AlertView, ...]
    is_away: bool


class QueuePane:
    """The queue of one open page."""

    def __init__(
        self,
        *,
        choose_box: Callable[[Box], Awaitable[None]],
        choose_case: Callable[[str], Awaitable[None]],
        more: Callable[[], Awaitable[None]],
        seen: Callable[[int], Awaitable[None]],
        away: Callable[[bool], Awaitable[None]],
    ) -> None:
        self._choose_box = choose_box
        self._choose_case = choose_case
        self._more = more
        self._seen = seen
        self._away = away
        self._shown: tuple[object, ...] = ()
        self._alerts: Element
        self._presence: Element
        self._tabs: Element
        self._rows: Element

    def build(self) -> None:
        """Add the pane, empty."""
        with describe(box("section", "pane queue"), aria_label="工单列表", id="pane-queue"):
            self._alerts = describe(box("div", "alerts"), role="status", aria_live="polite")
            self._presence = box("div", "presence")
            self._tabs = describe(box("div", "boxes"), role="group", aria_label="分组")
            self._rows = describe(box("ul", "cases"), aria_label="工单")

    def show(self, queue: Queue, *, chosen: str, now: datetime) -> None:
        """Show the queue as it is now; what did not change is left alone, so that no focus is lost."""
        lines = tuple((row, _due(row, now)) for row in queue.page.rows)
        told = tuple((_without_clock(row), due) for row, due in lines)
        shown = (
            queue.box,
            tuple(queue.counts.items()),
            told,
            queue.page.more,
            chosen,
            queue.alerts,
            queue.is_away,
        )
        if shown == self._shown or self._rows.is_deleted:
            return
        self._shown = shown
        self._show_alerts(queue.alerts)
        self._show_presence(is_away=queue.is_away)
        self._tabs.clear()
        with self._tabs:
            for one in Box:
                count = None if one is Box.RESOLVED else queue.counts.get(one)
                self._tab(one, count=count, is_chosen=one is queue.box)
        self._rows.clear()
        with self._rows:
            for row, due in lines:
                self._row(row, due, is_chosen=row.case.number == chosen, now=now)
            if not lines:
                words("li", _EMPTY[queue.box], "empty")
            if queue.page.more:
                with box("li"):
                    plain_button("更多", self._more)

    def _show_alerts(self, alerts: tuple[AlertView, ...]) -> None:
        self._alerts.clear()
        with self._alerts:
            for alert in alerts:
                with box("div", f"alert {alert.kind}"):
                    words("span", f"{alert.number} {alert.text}")
                    plain_button("打开", partial(self._choose_case, alert.number))
                    plain_button("知道了", partial(self._seen, alert.id))

    def _show_presence(self, *, is_away: bool) -> None:
        self._presence.clear()
        with self._presence:
            words("span", "暂离：不会给你派新工单" if is_away else "在岗", "quiet")
            plain_button("回到岗位" if is_away else "暂离一下", partial(self._away, not is_away))

    def _tab(self, one: Box, *, count: int | None, is_chosen: bool) -> None:
        button = describe(box("button", "tab"), type="button", aria_pressed=str(is_chosen).lower())
        with button.on("click", partial(self._choose_box, one), args=[]):
            words("span", one.words)
            if count:
                words("b", str(count))

    def _row(self, row: QueueRow, due: tuple[str, str], *, is_chosen: bool, now: datetime) -> None:
        case = row.case
        with box("li"):
            button = describe(box("button", "row"), type="button", data_case=case.number)
            if is_chosen:
                describe(button, aria_current="true")
            with button.on("click", partial(self._choose_case, case.number), args=[]):
                with box("span", "row-top"):
                    words("b", row.creator_name)
                    tier_badge(case)
                    words("span", moment(row.last_at, now=now) if row.last_at else "", "when")
                words("span", row.last_text or case.reason_text, "row-words")
                with box("span", "row-end"):
                    words(
                        "span",
                        f"{case.number} · {case.holder.name if case.holder else case.state.words}",
                        "quiet",
                    )
                    if due[0]:
                        words("span", due[0], f"due {due[1]}")


def _due(row: QueueRow, now: datetime) -> tuple[str, str]:
    if row.due is None:
        return "", ""
    return clock_words(row.due, now=now), clock_class(row.due, now=now)


def _without_clock(row: QueueRow) -> tuple[object, ...]:
    """Return what of a row counts as news: a promise's spent time is news only when its words are."""
    return row.case, row.creator_name, row.last_text, row.last_at
