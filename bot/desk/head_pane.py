"""The head of a thread: whose case it is, who else is here, and the steps that may follow."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from bot.channels.web_elements import box, describe, words
from bot.desk.panes import plain_button, shortcut
from tools.creators.service import Account
from tools.support import agents
from tools.support.agents import Agent, Right
from tools.support.desk_aids import Watcher
from tools.support.states import CaseState
from tools.support.views import CaseView

Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What an agent does with a case."""

    take: Step
    release: Step
    transfer: Step
    wait: Step
    resolve: Step
    reopen: Step


class HeadPane:
    """The head of the chosen case."""

    def __init__(self, steps: Steps, *, me: Agent) -> None:
        self._steps = steps
        self._me = me
        self._shown: object = None
        self._name: TextElement
        self._state: TextElement
        self._watchers: TextElement
        self._buttons: Element

    def build(self, *, help_: Callable[[], object], show: Callable[[str], None]) -> None:
        """Add the head, empty."""
        with box("header", "thread-head"):
            with box("div", "pane-switch"):
                plain_button("‹ 列表", partial(show, "queue"), "quiet-button narrow-only")
                with box("div", "thread-names"):
                    self._name = words("h2", "")
                    self._state = words("div", "", "quiet")
                plain_button("资料 ›", partial(show, "card"), "quiet-button narrow-only")
                shortcut("快捷键", "?", help_)
            self._watchers = words("div", "", "watchers")
            describe(self._watchers, role="status")
            self._buttons = describe(box("div", "steps-row"), role="group", aria_label="处理工单")

    def name(self, account: Account) -> None:
        """Say whose case it is."""
        self._name.set_text(f"{account.nickname}（@{account.handle}）")

    def show(self, case: CaseView | None, *, watchers: Sequence[Watcher]) -> None:
        """Show where the case stands, and the steps that may follow."""
        if self._buttons.is_deleted:
            return
        self._watchers.set_text(_present(watchers))
        if case is None:
            self._name.set_text("")
        self._state.set_text(_standing(case) if case else "")
        shown = (case.number, case.state, case.holder) if case else None
        if shown == self._shown:
            return
        self._shown = shown
        self._buttons.clear()
        if case is not None:
            with self._buttons:
                self._offer(case)

    def _offer(self, case: CaseView) -> None:
        mine = case.holder is not None and case.holder.id == self._me.id
        decides = mine or agents.may(self._me, Right.LEAD)
        if case.state is CaseState.QUEUED:
            shortcut("接手", "t", self._steps.take, "quiet-button strong")
        if case.state is CaseState.RESOLVED:
            shortcut("重新打开", "o", self._steps.reopen)
            return
        if decides and case.state.is_held:
            shortcut("解决", "e", self._steps.resolve, "quiet-button strong")
            if case.state is CaseState.ASSIGNED:
                shortcut("等创作者", "w", self._steps.wait)
            shortcut("放回队列", "u", self._steps.release)
        if decides:
            shortcut("转交", "x", self._steps.transfer)


def _standing(case: CaseView) -> str:
    holder = f" · {case.holder.name}处理" if case.holder else ""
    again = f" · 第 {case.reopened + 1} 次处理" if case.reopened else ""
    return f"{case.number} · {case.state.words}{holder}{again}"


def _present(watchers: Sequence[Watcher]) -> str:
    """Return who else is here, those who type first."""
    typing = [one.agent.name for one in watchers if one.typing]
    looking = [one.agent.name for one in watchers if not one.typing]
    parts = [f"{'、'.join(typing)}正在输入"] if typing else []
    if looking:
        parts.append(f"{'、'.join(looking)}也在看")
    return "；".join(parts)
