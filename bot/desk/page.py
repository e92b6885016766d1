"""One open page of the desk: queue, thread and card, and what happens when the agent presses, types or waits."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from nicegui import Client, ui
from nicegui.element import Element
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.web_elements import box, describe, words
from bot.channels.web_plain import script
from bot.desk import seen
from bot.desk.card_pane import CardPane
from bot.desk.composer import Composer, ComposerActions, Mode
from bot.desk.dialogs import HelpDialog, TransferDialog
from bot.desk.frame import STATIC, bar, desk_style
from bot.desk.head_pane import HeadPane, Steps
from bot.desk.keys import Key, SignedOutError
from bot.desk.queue_pane import Queue, QueuePane
from bot.desk.seen import Seen
from bot.desk.thread_pane import LineActions, ThreadPane
from tools.kernel.errors import Refusal
from tools.support import agents, alerts, desk, desk_aids, desk_views, trail
from tools.support.agents import Agent
from tools.support.boxes import Box
from tools.support.trail import DeskAction

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0
# Others see for twenty seconds that somebody is here (tools.support.desk_aids).
_PRESENT_TICKS = 4
_TYPING_TICKS = 3
_ROWS = 50
_ALERTS = 3
_LONGEST_NUMBER = 20
_FAILED = "刚才没有办成，问题已经记录下来。请再试一次。"
_HINT = "从左边选一件工单。J、K 上下换，? 看全部快捷键。"
_NOTHING_TO_DRAFT = "创作者还没有说什么，写不了草稿。"

_Result = TypeVar("_Result")


class DeskPage:
    """The desk in one tab of one agent."""

    def __init__(self, key: Key, agent: Agent, *, first: str) -> None:
        self._key = key
        self._agent = agent
        self._number = first[:_LONGEST_NUMBER]
        self._box = Box.QUEUED
        self._rows = _ROWS
        self._pages = 1
        self._ticks = 0
        self._typed_at = -_TYPING_TICKS
        self._seen: Seen | None = None
        self._looking = asyncio.Lock()
        self._has_left = False
        self._queue = QueuePane(
            choose_box=self._choose_box,
            choose_case=self._choose,
            more=self._more_rows,
            seen=self._alert_seen,
            away=self._away,
        )
        self._thread = ThreadPane(
            older=self._older, actions=LineActions(edit=self._edit, delete=self._delete)
        )
        self._card = CardPane(choose=self._choose)
        self._transfer = TransferDialog(key, transfer=self._hand_over)
        self._help = HelpDialog()
        self._head = HeadPane(
            Steps(
                take=self._take,
                release=partial(self._step, desk.release),
                transfer=self._open_transfer,
                wait=partial(self._step, desk.wait_for_creator),
                resolve=partial(self._step, desk.resolve),
                reopen=partial(self._step, desk.reopen),
            ),
            me=agent,
        )
        self._composer = Composer(
            ComposerActions(send=self._send, draft=self._draft, used=self._draft_used, typing=self._typing)
        )
        self._told: Element
        self._root: Element
        self._below: Element

    async def open(self, client: Client) -> None:
        """Build the page, and fill it once the browser is there."""
        ui.add_head_html(desk_style())
        ui.add_body_html(script(STATIC / "desk.js"))
        ui.page_title("客服台")
        self._transfer.prepare()
        self._help.prepare()
        self._composer.offer(await self._key.read(lambda session, _: desk_aids.canned(session)))
        with box("div", "desk-page"):
            ui.html(bar(self._agent, csrf=self._key.csrf, here="/desk"), sanitize=False)
            self._told = describe(box("div", "told"), role="alert")
            self._root = describe(box("div", "desk"), data_pane="thread" if self._number else "queue")
            with self._root:
                self._queue.build()
                with describe(box("section", "pane thread"), aria_label="对话", id="pane-thread"):
                    self._head.build(help_=self._help.open, show=self._show_pane)
                    self._thread.build()
                    with box("div", "below") as self._below:
                        self._composer.build()
                self._card.build()
        self._thread.clear(_HINT)
        await client.connected()
        await self._look()
        ui.timer(_LOOK_SECONDS, self._tick, immediate=False)

    async def _tick(self) -> None:
        self._ticks += 1
        if not self._looking.locked():
            await self._look()

    async def _look(self, *, anew: bool = False) -> None:
        """Show what the store has now; `anew` also reads the case again that is shown already."""
        async with self._looking:
            try:
                await self._catch_up(anew=anew)
            except SignedOutError:
                self._sign_out()
            except Refusal as refusal:
                self._number = ""
                self._seen = None
                self._thread.clear(_HINT)
                self._card.clear()
                self._tell(str(refusal))
            except SQLAlchemyError:
                logger.warning("the desk could not read the store; it will look again", exc_info=True)

    async def _catch_up(self, *, anew: bool) -> None:
        now = self._key.app.clock()
        queue = await self._key.read(partial(self._read_queue, now=now))
        self._queue.show(queue, chosen=self._number, now=now)
        number = self._number
        self._below.set_visibility(bool(number))
        if not number:
            self._head.show(None, watchers=())
            return
        if anew or self._ticks % _PRESENT_TICKS == 0:
            await self._key.write(partial(self._watch, number=number), is_alive=anew)
        found = await self._key.read(partial(seen.see, number=number, pages=self._pages, now=now))
        if number != self._number:
            # Another case was chosen meanwhile, which is shown next.
            return
        if self._seen is None or (found.case, found.lines) != (self._seen.case, self._seen.lines):
            on = self._key.app.today()
            card = await self._key.write(partial(seen.card, number=number, on=on), is_alive=anew)
            self._card.show(card, now=now)
            self._head.name(card.account)
        self._seen = found
        self._show(found, now)

    def _show(self, found: Seen, now: datetime) -> None:
        case = found.case
        self._thread.show(case.number, found.lines, more=found.more, now=now)
        self._head.show(case, watchers=found.watchers)
        held_by_other = case.holder is not None and case.holder.id != self._agent.id
        self._composer.allow(replies=case.state.is_open and not held_by_other)

    def _read_queue(self, session: Session, agent: Agent, *, now: datetime) -> Queue:
        return Queue(
            box=self._box,
            counts=desk_views.counts(session, agent=agent),
            page=desk_views.queue(session, agent=agent, box=self._box, now=now, limit=self._rows),
            alerts=tuple(alerts.alerts(session, agent=agent, limit=_ALERTS)),
            is_away=agents.is_away(session, agent=agent),
        )

    def _watch(self, session: Session, agent: Agent, now: datetime, *, number: str) -> None:
        typing = self._ticks - self._typed_at < _TYPING_TICKS
        desk_aids.watch(session, agent=agent, number=number, typing=typing, now=now)

    async def _do(self, step: Callable[[Session, Agent, datetime], _Result]) -> _Result | None:
        """Do one thing for whoever is signed in, or say why not; None when it was not done."""
        self._tell("")
        try:
            return await self._key.write(step)
        except SignedOutError:
            self._sign_out()
        except Refusal as refusal:
            self._tell(str(refusal))
        except Exception:
            # The edge of the desk: whatever went wrong, the agent reads it and can try again.
            logger.exception("the desk could not do a step")
            self._tell(_FAILED)
        return None

    async def _step(self, step: Callable[..., object]) -> bool:
        """Do one thing with the chosen case; return whether it was done."""
        number = self._number
        if not number:
            return False

        def act(session: Session, agent: Agent, now: datetime) -> bool:
            step(session, agent=agent, number=number, now=now)
            return True

        is_done = await self._do(act)
        await self._look(anew=True)
        return bool(is_done)

    async def _take(self) -> None:
        if await self._step(desk.take):
            # What was taken is looked for among one's own from now on.
            self._box = Box.MINE
            await self._look()

    async def _send(self, text: str, mode: Mode, key: str) -> bool:
        say = desk.say if mode is Mode.REPLY else desk.note
        number = self._number
        said = await self._do(
            lambda session, agent, now: say(session, agent=agent, number=number, text=text, key=key, now=now)
        )
        self._typed_at = -_TYPING_TICKS
        await self._look(anew=True)
        return said is not None

    async def _edit(self, message_id: int, text: str) -> None:
        await self._step(partial(desk.edit, message_id=message_id, text=text, key=secrets.token_hex(12)))

    async def _delete(self, message_id: int) -> None:
        await self._step(partial(desk.delete, message_id=message_id, key=secrets.token_hex(12)))

    async def _draft(self) -> str | None:
        if self._seen is None:
            return None
        case, app = self._seen.case, self._key.app
        write = partial(
            app.assistant.draft,
            conversation_id=case.conversation_id,
            creator_id=case.creator_id,
            at=app.clock(),
        )
        try:
            # Whoever asks may still read the case.
            await self._key.read(partial(seen.see, number=case.number, pages=1, now=app.clock()))
            drafted = await asyncio.to_thread(write)
        except SignedOutError:
            self._sign_out()
        except Refusal as refusal:
            self._tell(str(refusal))
        except Exception:
            logger.exception("the assistant could not write a draft")
            self._tell(_FAILED)
        else:
            if drafted is None:
                self._tell(_NOTHING_TO_DRAFT)
            return drafted.text if drafted else None
        return None

    async def _draft_used(self, action: DeskAction) -> None:
        number = self._number
        await self._do(
            lambda session, agent, now: trail.record(
                session, agent=agent.id, action=action, case=number, now=now
            )
        )

    async def _typing(self) -> None:
        is_news = self._ticks - self._typed_at >= _TYPING_TICKS
        self._typed_at = self._ticks
        if is_news and self._number:
            await self._do(partial(self._watch, number=self._number))

    async def _choose(self, number: str) -> None:
        if number != self._number:
            self._number, self._pages, self._seen = number, 1, None
            self._composer.forget()
            self._head.show(None, watchers=())
            with self._root:
                ui.run_javascript(f"window.guangheDesk.chosen({number!r})")
        self._tell("")
        self._show_pane("thread")
        await self._look(anew=True)

    async def _choose_box(self, chosen: Box) -> None:
        self._box, self._rows = chosen, _ROWS
        await self._look()

    async def _more_rows(self) -> None:
        self._rows += _ROWS
        await self._look()

    async def _older(self) -> None:
        self._pages += 1
        await self._look(anew=True)

    async def _alert_seen(self, alert: int) -> None:
        await self._do(
            lambda session, agent, now: alerts.see_alert(session, agent=agent, alert=alert, now=now)
        )
        await self._look()

    async def _away(self, is_away: bool) -> None:  # noqa: FBT001 - the shape that the pane names
        await self._do(
            lambda session, agent, now: agents.set_away(session, agent=agent, away=is_away, now=now)
        )
        await self._look()

    async def _open_transfer(self) -> None:
        await self._transfer.open()

    async def _hand_over(self, hand: Callable[..., object]) -> None:
        await self._step(hand)

    def _show_pane(self, pane: str) -> None:
        """Show this pane where only one fits."""
        describe(self._root, data_pane=pane)
        self._root.update()

    def _tell(self, text: str) -> None:
        if self._told.is_deleted:
            return
        self._told.clear()
        if text:
            with self._told:
                words("p", text)

    def _sign_out(self) -> None:
        # The step and the look after it both find nobody signed in; the page leaves once.
        if not self._has_left and not self._root.is_deleted:
            self._has_left = True
            with self._root:
                ui.navigate.to("/desk/sign-in")
