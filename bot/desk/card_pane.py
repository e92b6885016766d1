"""The hand-off card: all that an agent must know before the first word, and nothing that they have to ask again."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from functools import partial

from nicegui.element import Element

from bot.channels.web_elements import box, describe, words
from bot.channels.web_view import show_sources
from bot.desk.panes import clock_class, clock_words, moment, plain_button, section
from tools.kernel.period import PLATFORM_ZONE
from tools.support.desk_views import HandOffCard
from tools.support.escalation import Reason
from tools.support.views import CaseView

_LONGEST_RESULT = 240


class CardPane:
    """The card of the chosen case."""

    def __init__(self, *, choose: Callable[[str], Awaitable[None]]) -> None:
        self._choose = choose
        self._shown: object = None
        self._body: Element

    def build(self) -> None:
        """Add the pane, empty."""
        with describe(box("section", "pane card-pane"), aria_label="交接卡", id="pane-card", tabindex="0"):
            self._body = box("div", "card-body")

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        self._body.clear()

    def show(self, card: HandOffCard, *, now: datetime) -> None:
        """Show the card; an unchanged one stays as it is."""
        shown = (card, now.replace(second=0, microsecond=0))
        if shown == self._shown or self._body.is_deleted:
            return
        self._shown = shown
        self._body.clear()
        with self._body:
            self._why(card)
            self._clocks(card, now)
            self._account(card)
            self._tools(card, now)
            if card.citations:
                with section("助手引用过的规则"):
                    show_sources(card.citations, on=_day(card.case.opened_at))
            self._notes(card, now)
            self._earlier(card, now)
            self._steps(card, now)

    def _why(self, card: HandOffCard) -> None:
        case = card.case
        with section("为什么转人工"):
            with box("p"):
                words("b", case.reason.words)
                if case.reason is not Reason.ASKED:
                    words("span", "自动转接", "badge")
            words("p", case.reason_text, "words")
            if card.summary:
                with box("ul"):
                    for line in card.summary:
                        words("li", line)
            words("p", f"服务等级：{case.tier.words} · 类型：{case.skill.words}", "quiet")
            if case.routed_why:
                words("p", f"分派：{case.routed_why}", "quiet")
            if not card.reachable:
                words("p", "创作者在终端里提问，不会收到提醒，要等对方自己回来看。", "late")

    def _clocks(self, card: HandOffCard, now: datetime) -> None:
        if not card.clocks:
            return
        with section("服务时限"), box("ul", "clocks"):
            for clock in card.clocks:
                words("li", clock_words(clock, now=now), clock_class(clock, now=now))

    def _account(self, card: HandOffCard) -> None:
        account = card.account
        with section("创作者"):
            words(
                "p",
                f"{account.nickname}（@{account.handle}）· {account.category} · {account.city} · {account.joined_on} 入驻",
            )
            with box("dl", "facts"):
                for fact in card.facts:
                    words("dt", fact.label)
                    words("dd", fact.text)

    def _tools(self, card: HandOffCard, now: datetime) -> None:
        with section("助手查过什么"):
            if not card.tools_run:
                words("p", "这段对话里助手没有查过数据。", "quiet")
            for run in card.tools_run:
                with box("details", "tool-run"):
                    with box("summary"):
                        words("b", run.tool)
                        words("span", f" {_arguments(run.args)} · {moment(run.at, now=now)}", "quiet")
                    words("div", run.told, "words")

    def _notes(self, card: HandOffCard, now: datetime) -> None:
        if not card.notes:
            return
        with section("备注"):
            for note in card.notes:
                with box("div", "note-line"):
                    words("b", note.agent_name)
                    words("span", f" {moment(note.at, now=now)}", "quiet")
                    words("div", note.text, "words")

    def _earlier(self, card: HandOffCard, now: datetime) -> None:
        with section("以前的工单"):
            if not card.earlier:
                words("p", "这是他的第一件工单。", "quiet")
            for case in card.earlier:
                self._earlier_case(case, now)

    def _earlier_case(self, case: CaseView, now: datetime) -> None:
        stars = f" · {case.rating} 星" if case.rating else ""
        line = f"{case.number} · {moment(case.opened_at, now=now)} · {case.state.words}{stars}"
        with box("div", "earlier-case"):
            plain_button(line, partial(self._choose, case.number), "link-button")
            words("div", case.reason_text, "quiet")

    def _steps(self, card: HandOffCard, now: datetime) -> None:
        with section("经过"), box("ol", "steps"):
            for step in card.steps:
                with box("li"):
                    who = f" {step.agent_name}" if step.agent_name else ""
                    words("span", f"{moment(step.at, now=now)} {step.step.words}{who}")
                    if step.note:
                        words("div", step.note, "quiet words")


def _arguments(args: Mapping[str, object]) -> str:
    told = "，".join(f"{name}={value}" for name, value in args.items())
    return told if len(told) <= _LONGEST_RESULT else f"{told[:_LONGEST_RESULT]}…"


def _day(at: datetime) -> date:
    return at.astimezone(PLATFORM_ZONE).date()
