"""The desk's mirror, outward: what happens in cases, told in a forum group with a topic for each creator.

One task tells it all, in order, so a creator's topic is made once. A process that dies between telling and writing it down
tells one thing twice: the group's readers are colleagues, and a twin too many harms nobody.
"""

import asyncio
import html
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramUnauthorizedError
from aiogram.types import FSInputFile, InputMediaPhoto, InputMediaVideo, Message, ReplyParameters
from sqlalchemy.orm import Session

from bot.channels.telegram_api import Pace
from bot.channels.telegram_gate import sending
from bot.channels.telegram_view import LONGEST_MESSAGE
from tools.kernel.agent_tool import Speaker
from tools.kernel.db import Database
from tools.kernel.upload_kinds import UploadKind
from tools.kernel.uploads import Upload
from tools.notices.topics import Lane
from tools.support.feed import CaseHappening, CaseMessage
from tools.support.mirror import service as mirror
from tools.support.mirror.service import Lost, News, TwinChange
from tools.support.states import CaseState, CaseStep

logger = logging.getLogger(__name__)

_SPEAKERS = {Speaker.CREATOR: "创作者", Speaker.ASSISTANT: "助手", Speaker.AGENT: "专员"}
_NOT_ARRIVED = "⚠️ 这条没有送到：创作者停用了机器人，或 Telegram 不收。对方再发消息后可以重发。"
_TAKEN_BACK = "（已撤回）"
_STEP = "{number} {step}{agent}{note}（现在：{state}）"
_LONGEST_STEP = 3_000
# What is said stands in the topic itself.
_SEEN_ANYWAY = {CaseStep.CREATOR_SPOKE, CaseStep.AGENT_SPOKE}
_BEGINNINGS = {CaseStep.OPEN, CaseStep.REOPEN}
_TOO_LARGE = "（{name} 有 {size} MB，超过了 Telegram 的上限，请到网页工作台看）"
# A topic's name holds 128 characters.
_LONGEST_NAME = 120
_ICONS = {
    CaseState.QUEUED: "❓",
    CaseState.ASSIGNED: "💬",
    CaseState.PENDING_CREATOR: "💬",
    CaseState.RESOLVED: "✅",
}
_GONE = ("message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
_UNCHANGED = ("TOPIC_NOT_MODIFIED", "not modified")
# What a bot may upload: a photo, and anything else.
_LARGEST_PHOTO, _LARGEST_FILE = 10_000_000, 50_000_000
_MOST_IN_ALBUM = 10

_Told = TypeVar("_Told")


@dataclass(slots=True)
class Mirror:
    """Tells the group at `chat` what happens in cases."""

    database: Database
    bot: Bot
    chat: int
    clock: Callable[[], datetime]
    pace: Pace
    _icons: dict[str, str] = field(default_factory=dict[str, str])

    async def run(self) -> None:
        """Tell what there is, for ever."""
        await self.begin()
        while True:
            try:
                with sending(Lane.CASE):
                    while await self.tell():
                        pass
            except TelegramUnauthorizedError:
                return
            except Exception:
                logger.exception("the group of the desk is not told")
                await asyncio.sleep(self.pace.longest_retry)
            await asyncio.sleep(self.pace.outbox)

    async def begin(self) -> None:
        """Start with what happens from now on, the first time; later runs go on where the last one ended."""
        await self._write(lambda session: mirror.begin(session, chat=self.chat))

    async def tell(self) -> bool:
        """Tell the group what it has not been told; return whether there was anything."""
        news = await asyncio.to_thread(self._news)
        # What was said before a step stands above it.
        tellings: list[tuple[datetime, Callable[[], Awaitable[None]]]] = [
            *((message.at, partial(self._message, message)) for message in news.messages),
            *((happening.at, partial(self._happening, happening)) for happening in news.happenings),
        ]
        for _, telling in sorted(tellings, key=lambda one: one[0]):
            await telling()
        for change in news.changes:
            await self._change(change)
        for lost in news.lost:
            await self._lost(lost)
        return bool(tellings or news.changes or news.lost)

    async def _message(self, message: CaseMessage) -> None:
        if not await asyncio.to_thread(self._is_told, message):
            files = await asyncio.to_thread(self._files, message)
            shown = await self._in_topic(
                message.creator_id, lambda thread: self._post(message, files, thread)
            )
            await self._write(lambda session: self._paired(session, shown, message))
        await self._write(lambda session: mirror.told(session, chat=self.chat, message_id=message.id))

    async def _post(self, message: CaseMessage, files: Sequence[Upload], thread: int) -> list[Message]:
        who = message.agent_name or _SPEAKERS[message.speaker]
        said = message.text or str(message.body.get("text", ""))
        shown: list[Message] = []
        notes = [
            _TOO_LARGE.format(name=file.name, size=file.size_bytes // 1_000_000)
            for file in files
            if file.size_bytes > _LARGEST_FILE
        ]
        words = "\n".join(part for part in (said, *notes) if part)
        if words:
            text = f"<b>{html.escape(who)}</b>\n{html.escape(words[: LONGEST_MESSAGE - 100], quote=False)}"
            shown.append(await self.bot.send_message(self.chat, text, message_thread_id=thread))
        shown.extend(await self._post_files([f for f in files if f.size_bytes <= _LARGEST_FILE], thread))
        return shown

    async def _post_files(self, files: Sequence[Upload], thread: int) -> list[Message]:
        """Send the pictures and films together as they came, anything else as a document."""
        seen = [file for file in files if _is_seen(file)]
        shown: list[Message] = []
        for first in range(0, len(seen), _MOST_IN_ALBUM):
            album = [_medium(file) for file in seen[first : first + _MOST_IN_ALBUM]]
            if len(album) > 1:
                shown.extend(await self.bot.send_media_group(self.chat, [*album], message_thread_id=thread))
            elif isinstance(album[0], InputMediaPhoto):
                shown.append(
                    await self.bot.send_photo(self.chat, _file(seen[first]), message_thread_id=thread)
                )
            else:
                shown.append(
                    await self.bot.send_video(self.chat, _file(seen[first]), message_thread_id=thread)
                )
        for file in (file for file in files if not _is_seen(file)):
            document = await self.bot.send_document(self.chat, _file(file), message_thread_id=thread)
            shown.append(document)
        return shown

    async def _happening(self, happening: CaseHappening) -> None:
        if happening.step not in _SEEN_ANYWAY:
            lines = await asyncio.to_thread(self._lines, happening)
            text = _STEP.format(
                number=happening.number,
                step=happening.step.words,
                agent=f" · {happening.agent_name}" if happening.agent_name else "",
                note=f"：{happening.note}" if happening.note else "",
                state=happening.state.words,
            )
            words = "\n".join((text, *lines))[:_LONGEST_STEP]
            await self._in_topic(
                happening.creator_id, lambda thread: self._say_step(happening, words, thread)
            )
        await self._write(lambda session: mirror.told(session, chat=self.chat, event_id=happening.id))

    def _lines(self, happening: CaseHappening) -> list[str]:
        """Return what was said before a case began, where the group has not heard it."""
        if happening.step not in _BEGINNINGS:
            return []
        with self.database.reading() as session:
            said = mirror.unheard(session, chat=self.chat, conversation_id=happening.conversation_id)
        return [f"{_SPEAKERS[line.speaker]}：{line.text}" for line in said]

    async def _say_step(self, happening: CaseHappening, text: str, thread: int) -> None:
        if happening.state.is_open:
            await self._quietly(self.bot.reopen_forum_topic(self.chat, thread))
        await self.bot.send_message(self.chat, html.escape(text, quote=False), message_thread_id=thread)
        icon = (await self._icon_ids()).get(_ICONS.get(happening.state, ""))
        if icon:
            await self._quietly(self.bot.edit_forum_topic(self.chat, thread, icon_custom_emoji_id=icon))
        if happening.state is CaseState.RESOLVED:
            await self._quietly(self.bot.close_forum_topic(self.chat, thread))

    async def _change(self, change: TwinChange) -> None:
        # What was changed in the group itself reads there as it should already.
        if not change.from_group:
            words = html.escape(change.text or _TAKEN_BACK, quote=False)
            await self._quietly(self.bot.edit_message_text(words, chat_id=self.chat, message_id=change.twin))
        await self._write(lambda session: mirror.told(session, chat=self.chat, change_id=change.change_id))

    async def _lost(self, lost: Lost) -> None:
        await self._quietly(
            self.bot.send_message(
                self.chat, _NOT_ARRIVED, reply_parameters=ReplyParameters(message_id=lost.twin)
            )
        )
        await self._write(
            lambda session: mirror.told_of_loss(session, pair_id=lost.pair_id, now=self.clock())
        )

    async def _in_topic(self, creator_id: int, telling: Callable[[int], Awaitable[_Told]]) -> _Told:
        """Return what the telling returns in the creator's topic, made anew where people have deleted it."""
        thread = await asyncio.to_thread(self._thread, creator_id)
        if thread is not None:
            try:
                return await telling(thread)
            except TelegramBadRequest as no:
                if not any(gone in no.message for gone in _GONE):
                    raise
                logger.info("a topic of the desk was deleted: another takes its place")
        return await telling(await self._make_topic(creator_id))

    async def _make_topic(self, creator_id: int) -> int:
        name = await asyncio.to_thread(self._name, creator_id)
        made = await self.bot.create_forum_topic(self.chat, name[:_LONGEST_NAME])
        await self._write(
            lambda session: mirror.made_topic(
                session,
                chat=self.chat,
                creator_id=creator_id,
                thread=made.message_thread_id,
                now=self.clock(),
            )
        )
        return made.message_thread_id

    async def _icon_ids(self) -> dict[str, str]:
        if not self._icons:
            stickers = await self.bot.get_forum_topic_icon_stickers()
            self._icons = {
                sticker.emoji: sticker.custom_emoji_id
                for sticker in stickers
                if sticker.emoji and sticker.custom_emoji_id
            }
        return self._icons

    async def _quietly(self, request: Awaitable[object]) -> None:
        """Do what may have been done already, or cannot be done any more."""
        try:
            await request
        except TelegramUnauthorizedError:
            raise
        except TelegramBadRequest as no:
            if any(gone in no.message for gone in _GONE):
                raise
            if not any(same in no.message for same in _UNCHANGED):
                logger.warning("the group of the desk: %s", no.message)
        except TelegramAPIError as no:
            logger.warning("the group of the desk: %s", no.message)

    def _news(self) -> News:
        with self.database.reading() as session:
            return mirror.news(session, chat=self.chat)

    def _is_told(self, message: CaseMessage) -> bool:
        with self.database.reading() as session:
            return bool(mirror.twins(session, chat=self.chat, message_id=message.id))

    def _files(self, message: CaseMessage) -> list[Upload]:
        if message.speaker is not Speaker.CREATOR:
            return []
        with self.database.reading() as session:
            return mirror.files_of(session, body=message.body, creator_id=message.creator_id)

    def _thread(self, creator_id: int) -> int | None:
        with self.database.reading() as session:
            return mirror.thread_of(session, chat=self.chat, creator_id=creator_id)

    def _name(self, creator_id: int) -> str:
        with self.database.reading() as session:
            return mirror.topic_name(session, creator_id=creator_id)

    def _paired(self, session: Session, shown: Sequence[Message], message: CaseMessage) -> None:
        for one in shown:
            mirror.pair(session, chat=self.chat, twin=one.message_id, message_id=message.id, from_group=False)

    async def _write(self, step: Callable[[Session], None]) -> None:
        await asyncio.to_thread(self._written, step)

    def _written(self, step: Callable[[Session], None]) -> None:
        with self.database.writing() as session:
            step(session)


def _is_seen(file: Upload) -> bool:
    match file.kind:
        case UploadKind.IMAGE:
            return file.size_bytes <= _LARGEST_PHOTO
        case UploadKind.VIDEO:
            return True
        case _:
            return False


def _file(file: Upload) -> FSInputFile:
    return FSInputFile(Path(file.path), filename=file.name)


def _medium(file: Upload) -> InputMediaPhoto | InputMediaVideo:
    return (
        InputMediaPhoto(media=_file(file))
        if file.kind is UploadKind.IMAGE
        else InputMediaVideo(media=_file(file))
    )
