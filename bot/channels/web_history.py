"""Earlier messages, a page at a time, above those that are shown."""

import logging
from collections.abc import Awaitable, Callable

from nicegui.element import Element
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web_elements import box, describe, words
from bot.channels.web_log import Said
from bot.channels.web_view import Actions, show_said

logger = logging.getLogger(__name__)


class History:
    """What was said before the first message on the page."""

    def __init__(self, read: Callable[[int], Awaitable[tuple[Said, ...]]], actions: Actions) -> None:
        self._read = read
        self._actions = actions
        self._before = 1
        self._top: Element
        self._button: Element

    def begin(self, log: Element, *, before: int) -> None:
        """Offer what was said before this sequence number; nothing is offered where the conversation begins."""
        self._before = before
        with log:
            self._top = box("div", "log-part")
        self._offer()

    def _offer(self) -> None:
        if self._before <= 1:
            return
        with self._top:
            self._button = describe(words("button", "查看更早的消息", "quiet-button older"), type="button")
        self._button.on("click", self._add, js_handler="() => window.guanghe.older(emit)")
        self._button.move(target_index=0)

    async def _add(self) -> None:
        # Two quick presses are one.
        if self._button.is_deleted:
            return
        self._button.delete()
        try:
            said = await self._read(self._before)
        except SQLAlchemyError:
            logger.warning("the web messenger could not read earlier messages", exc_info=True)
            said = ()
        if self._top.is_deleted:
            return
        if not said:
            self._offer()
            return
        with self._top, box("div", "log-part") as part:
            for one in said:
                show_said(one, self._actions)
        part.move(target_index=0)
        self._before = said[0].message.sequence
        self._offer()
