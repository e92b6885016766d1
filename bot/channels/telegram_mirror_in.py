"""The desk's mirror, inward: what agents write in a creator's topic is said to the creator, by their right and nobody else's."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.types import Message, ReplyParameters, Update
from sqlalchemy.orm import Session

from tools.kernel.db import Database
from tools.kernel.errors import Refusal
from tools.support import desk
from tools.support.agents import Agent
from tools.support.mirror import agent_links
from tools.support.mirror import service as mirror
from tools.support.mirror.agent_links import CodeProblem
from tools.support.service import StoredUpdate
from tools.support.views import CaseView

logger = logging.getLogger(__name__)

_PREFIX = "desk:"
_STRANGER = "你还没有绑定专员账号，这条没有发给创作者。请让管理员生成绑定码，然后在这里发 /link 绑定码。"
_LINKED = "绑定成功，{name}。之后你在创作者话题里发的文字会以你的名义发给创作者。"
_NO_CASE = "这个话题没有对应的工单，没有发给任何人。"
_ONLY_TEXT = "这里只能转发文字，图片和文件请在网页工作台里发。"
_HOW = "/take 接手 · /release 放回队列 · /resolve 办结 · /note 内部备注 · 回复自己的消息发 /delete 可以撤回"
_LONGEST_QUOTE = 40
_COMMAND = re.compile(r"/(?P<name>[a-z]+)(?:@\w+)?(?:\s+(?P<rest>.+))?", re.DOTALL | re.IGNORECASE)


def desk_lane(update: Update, *, chat: int | None) -> str | None:
    """Return the lane of an update of the desk's group: one for each topic. Notices of the chat itself are none."""
    message = update.message or update.edited_message
    if chat is None or message is None or message.chat.id != chat or message.from_user is None:
        return None
    if message.from_user.is_bot or message.sender_chat is not None or not _is_said(message):
        return None
    return f"{_PREFIX}{message.message_thread_id or 0}"


def is_desk_lane(lane: str) -> bool:
    """Whether the lane is a topic of the desk's group."""
    return lane.startswith(_PREFIX)


def _is_said(message: Message) -> bool:
    """Whether somebody said something: pinned messages, topics opened and closed, people who joined are not."""
    files = (message.photo, message.video, message.document, message.voice, message.audio, message.sticker)
    return message.text is not None or message.caption is not None or any(files)


def _quoted(message: Message, text: str) -> str:
    """Return the words with what they answer in front, so that a reply is one in every channel."""
    answered = message.reply_to_message
    said = (answered.text or answered.caption or "") if answered is not None else ""
    # In the group the speaker's name stands above the words.
    quote = " ".join(said.split("\n", 1)[-1].split())[:_LONGEST_QUOTE]
    return f"「{quote}」\n{text}" if quote else text


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """Takes what is said in the group at `chat`."""

    database: Database
    bot: Bot
    chat: int
    clock: Callable[[], datetime]

    async def take(self, update: StoredUpdate) -> None:
        """Do what an agent's message asks, and tell in its topic where it cannot be done."""
        event = Update.model_validate(update.body, context={"bot": self.bot})
        message = event.message or event.edited_message
        assert message is not None, "only messages have a lane of the desk"
        edited = event.edited_message is not None
        words = await asyncio.to_thread(self._take, message, edited=edited, key=str(update.update_id))
        if words:
            await self._tell(message, words)

    def _take(self, message: Message, *, edited: bool, key: str) -> str | None:
        """Return what the writer has to be told, None when all went well."""
        try:
            with self.database.writing() as session:
                return self._do(session, message, edited=edited, key=key)
        except Refusal as refusal:
            return str(refusal)

    def _do(self, session: Session, message: Message, *, edited: bool, key: str) -> str | None:
        assert message.from_user is not None, "who writes in the name of a chat has no lane"
        user, text = message.from_user.id, (message.text or "").strip()
        command = _COMMAND.fullmatch(text)
        if command and command["name"].lower() == "link":
            return self._link(session, user, command["rest"] or "")
        agent = agent_links.agent_of(session, user=user)
        if agent is None:
            return _STRANGER
        thread = message.message_thread_id
        case = mirror.case_of_thread(session, chat=self.chat, thread=thread) if thread else None
        if case is None:
            # Colleagues may talk outside of the topics.
            return _NO_CASE if thread else None
        if not text:
            return _ONLY_TEXT
        if command:
            return self._command(session, agent, case, message, command, key)
        if edited:
            mirror.edit(
                session,
                agent=agent,
                number=case.number,
                text=text,
                chat=self.chat,
                twin=message.message_id,
                key=f"group:{key}",
                now=self.clock(),
            )
        else:
            mirror.say(
                session,
                agent=agent,
                number=case.number,
                text=_quoted(message, text),
                chat=self.chat,
                twin=message.message_id,
                now=self.clock(),
            )
        return None

    def _link(self, session: Session, user: int, code: str) -> str:
        linked = agent_links.redeem(session, user=user, code=code, now=self.clock())
        return linked.words if isinstance(linked, CodeProblem) else _LINKED.format(name=linked.name)

    def _command(
        self,
        session: Session,
        agent: Agent,
        case: CaseView,
        message: Message,
        command: re.Match[str],
        key: str,
    ) -> str | None:
        number, now = case.number, self.clock()
        match command["name"].lower():
            case "take":
                desk.take(session, agent=agent, number=number, now=now)
            case "release":
                desk.release(session, agent=agent, number=number, now=now)
            case "resolve":
                desk.resolve(session, agent=agent, number=number, now=now)
            case "note" if command["rest"]:
                desk.note(
                    session, agent=agent, number=number, text=command["rest"], key=f"group:{key}", now=now
                )
            case "delete" if message.reply_to_message is not None:
                mirror.edit(
                    session,
                    agent=agent,
                    number=number,
                    text="",
                    chat=self.chat,
                    twin=message.reply_to_message.message_id,
                    key=f"group:{key}",
                    now=now,
                )
            case _:
                return _HOW
        return None

    async def _tell(self, message: Message, words: str) -> None:
        try:
            await self.bot.send_message(
                self.chat,
                words,
                message_thread_id=message.message_thread_id,
                reply_parameters=ReplyParameters(
                    message_id=message.message_id, allow_sending_without_reply=True
                ),
                parse_mode=None,
            )
        except TelegramUnauthorizedError:
            raise
        except TelegramAPIError as no:
            logger.warning("the group of the desk: %s", no.message)
