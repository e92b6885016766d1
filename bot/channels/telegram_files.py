"""Files on their way from a chat to the assistant: what a message carries, fetched whole or not at all."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message
from aiohttp import ClientError, ClientResponseError, ClientTimeout

from bot.channels.telegram_api import Pace
from bot.channels.telegram_turn import Turn
from bot.messages import Channel
from bot.sent_files import MOST_FILES, size
from tools.kernel import upload_files
from tools.kernel.upload_files import Arrival, ReceivedFile, UploadTooLargeError
from tools.support import service as support
from tools.support.service import StoredUpdate

logger = logging.getLogger(__name__)

FILES = {
    ContentType.ANIMATION: "动图",
    ContentType.DOCUMENT: "文件",
    ContentType.LIVE_PHOTO: "图片",
    ContentType.PHOTO: "图片",
    ContentType.VIDEO: "视频",
    ContentType.VIDEO_NOTE: "视频",
}

_CHUNK_BYTES = 256 * 1024
# With the longest pause between, these last about as long as an outage that people would wait out.
_TRIES = 10
_SERVER_FAULT = 500

_OVER_TELEGRAM = (
    "这个{kind}超过 20 MB，Telegram 不让机器人收这么大的文件。可以剪短一些或压到 720p 再发，"
    "或者在网页版光合助手里上传（最大 {limit}）。"
)
_OVER_LIMIT = "这个{kind}有 {size}，超过了 {limit} 的上限，我没有收。可以剪短一些或压到 720p 再发。"
_OVER_LIMIT_UNSIZED = "这个{kind}超过了 {limit} 的上限，我没有收。可以剪短一些或压到 720p 再发。"
_GONE = "这个{kind}没有取到，Telegram 那边已经没有了。请重新发一次。"
_EMPTY = "这个{kind}是空的，里面没有内容。请检查后重新发一次。"
_TOO_MANY = "一次最多收 {most} 个文件，后面的没有收。请分开再发一次。"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a message carries; all but `file_id` is the sender's word."""

    file_id: str
    kind: str
    name: str
    media_type: str
    size_bytes: int | None


class NotFetchedError(Exception):
    """The file will never get here; the message says why, in words for its sender."""


class TelegramAwayError(Exception):
    """Telegram's files could not be reached for a long time."""


async def take_files(message: Message, turn: Turn, stored: StoredUpdate) -> None:
    """Answer a message with files; an album, which Telegram sends a message a file, is one message."""
    album = await _album(message, turn, stored)
    messages = [one for _, one in album]
    about = "".join(f"（{FILES[ContentType(one.content_type)]}）" for one in messages[:MOST_FILES])
    if problem := await turn.think(turn.desk.assistant.file_problem, turn.sender, at=turn.now()):
        # Not fetched at all: what cannot be anybody's is not stored.
        await turn.tell(problem, about=about)
    else:
        await _answer(messages, turn, about=about)
    # The first one is finished by who handed it out.
    await asyncio.to_thread(_finish, turn, [update for update, _ in album[1:]])


async def _answer(messages: Sequence[Message], turn: Turn, *, about: str) -> None:
    fetched: list[ReceivedFile] = []
    problems: dict[str, None] = {}
    try:
        async with turn.typing():
            for message in messages[:MOST_FILES]:
                try:
                    fetched.append(await _fetch(turn, file_in(message)))
                except NotFetchedError as problem:
                    problems[str(problem)] = None
        if len(messages) > MOST_FILES:
            problems[_TOO_MANY.format(most=MOST_FILES)] = None
        text = "\n".join(message.caption for message in messages if message.caption)
        if fetched:
            await turn.reply(text, uploads=tuple(fetched))
        if problems:
            beside = ":not-fetched" if fetched else ""
            await turn.tell("\n".join(problems), about=about, beside=beside)
    finally:
        for file in fetched:
            upload_files.discard(file)


def file_in(message: Message) -> SentFile:
    """Return the file that the message carries: of a photo's sizes the largest, of a live photo the still one."""
    kind = FILES[ContentType(message.content_type)]
    live = message.live_photo
    if photos := message.photo or (live.photo if live else None):
        photo = max(photos, key=lambda one: one.width * one.height)
        return SentFile(photo.file_id, kind, "照片.jpg", "image/jpeg", photo.file_size)
    if live:
        return SentFile(live.file_id, kind, "实况照片.mp4", "video/mp4", live.file_size)
    if note := message.video_note:
        return SentFile(note.file_id, kind, "圆形视频.mp4", "video/mp4", note.file_size)
    # An animation is a document too.
    file = message.animation or message.video or message.document
    assert file is not None, "the filter lets only messages with a file through"
    return SentFile(file.file_id, kind, file.file_name or kind, file.mime_type or "", file.file_size)


async def _fetch(turn: Turn, sent: SentFile) -> ReceivedFile:
    """Return the file, on our own disk for good; raises NotFetchedError, TelegramAwayError."""
    desk = turn.desk
    limit = size(desk.upload_limit_bytes)
    if sent.size_bytes is not None and sent.size_bytes > desk.upload_limit_bytes:
        raise NotFetchedError(_OVER_LIMIT.format(kind=sent.kind, size=size(sent.size_bytes), limit=limit))
    path = await _path(desk.bot, sent, limit=limit)
    for tries in count(1):
        arrival = Arrival(
            desk.database.files,
            name=sent.name,
            media_type=sent.media_type,
            limit_bytes=desk.upload_limit_bytes,
        )
        try:
            await _download(desk.bot, path, arrival, pace=desk.pace)
            received = await asyncio.to_thread(arrival.finish)
        except UploadTooLargeError:
            raise NotFetchedError(_OVER_LIMIT_UNSIZED.format(kind=sent.kind, limit=limit)) from None
        except (ClientError, TimeoutError) as fault:
            # The client's words quote the address, and with it the token: none of them goes on from here.
            arrival.discard()
            if isinstance(fault, ClientResponseError) and fault.status < _SERVER_FAULT:
                raise NotFetchedError(_GONE.format(kind=sent.kind)) from None
            logger.warning("a file of chat %d goes again: %s", turn.chat, type(fault).__name__)
            if tries == _TRIES:
                raise TelegramAwayError from None
            await asyncio.sleep(desk.pace.delay(tries - 1))
        except BaseException:
            arrival.discard()
            raise
        else:
            if received is None:
                raise NotFetchedError(_EMPTY.format(kind=sent.kind))
            return received
    raise AssertionError


async def _path(bot: Bot, sent: SentFile, *, limit: str) -> str:
    try:
        found = await bot.get_file(sent.file_id)
    except TelegramBadRequest as refused:
        if "too big" in refused.message:
            raise NotFetchedError(_OVER_TELEGRAM.format(kind=sent.kind, limit=limit)) from None
        logger.warning("Telegram does not give out a file: %s", refused.message)
        raise NotFetchedError(_GONE.format(kind=sent.kind)) from None
    if found.file_path is None:
        raise NotFetchedError(_GONE.format(kind=sent.kind))
    return found.file_path


async def _download(bot: Bot, path: str, arrival: Arrival, *, pace: Pace) -> None:
    """Write the file's bytes; a connection that brings nothing for a while, or ends early, raises ClientError."""
    chunks = bot.session.stream_content(
        bot.session.api.file_url(bot.token, path),
        # A whole file may take long, and aiogram hands to aiohttp what it gets.
        timeout=ClientTimeout(total=None, sock_connect=pace.request, sock_read=pace.request),  # pyright: ignore[reportArgumentType] - typed int
        chunk_size=_CHUNK_BYTES,
    )
    async with aclosing(chunks):
        async for chunk in chunks:
            await asyncio.to_thread(arrival.write, chunk)


async def _album(message: Message, turn: Turn, stored: StoredUpdate) -> list[tuple[StoredUpdate, Message]]:
    """Return the message with the rest of its album, once no more of it comes."""
    if message.media_group_id is None:
        return [(stored, message)]
    seen = 0
    while True:
        waiting = await asyncio.to_thread(_waiting, turn, stored)
        parts = (
            (update, Message.model_validate(update.body["message"], context={"bot": turn.desk.bot}))
            for update in waiting
            if "message" in update.body
        )
        album = [
            (update, part)
            for update, part in parts
            if part.media_group_id == message.media_group_id and part.content_type in FILES
        ]
        if len(album) == seen:
            return album
        seen = len(album)
        await asyncio.sleep(turn.desk.pace.album)


def _waiting(turn: Turn, stored: StoredUpdate) -> list[StoredUpdate]:
    with turn.desk.database.reading() as session:
        return support.waiting_updates(session, channel=Channel.TELEGRAM, lane=stored.lane)


def _finish(turn: Turn, updates: Sequence[StoredUpdate]) -> None:
    if not updates:
        return
    with turn.desk.database.writing() as session:
        for update in updates:
            support.finish_update(session, update=update.id, now=turn.now())
