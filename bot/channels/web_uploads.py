"""Files that a browser sends: received before the message that they go with, and shown afterwards to their owner alone."""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import unquote

from fastapi import Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.requests import ClientDisconnect

from bot.app import App
from bot.channels.web_log import SHOWN_TYPES
from bot.channels.web_plain import notice_page
from bot.messages import Sender
from bot.sent_files import MOST_FILES, size
from tools.creators import service as creators
from tools.kernel import upload_files, uploads
from tools.kernel.upload_files import Arrival, ReceivedFile, UploadTooLargeError
from tools.kernel.uploads import Upload

logger = logging.getLogger(__name__)

_BATCH_BYTES = 1024 * 1024
_LARGEST_ID = 2**63

_TOO_LARGE = "这个文件超过了 {limit} 的上限，没有收。可以剪短一些或压到 720p 再传。"
_EMPTY = "这个文件是空的，里面没有内容。请检查后重新选一次。"


class Pending:
    """Files that browsers have sent and no message has named yet; a restart forgets them, and the sweep deletes them."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, ReceivedFile]] = defaultdict(dict)

    def put(self, sender: Sender, file: ReceivedFile) -> str:
        """Keep the file for a message of this session and return its name in there; the oldest of too many goes."""
        own = self._files[sender.address]
        while len(own) >= 2 * MOST_FILES:
            upload_files.discard(own.pop(next(iter(own))))
        name = secrets.token_urlsafe(16)
        own[name] = file
        return name

    def take(self, sender: Sender, names: Iterable[str]) -> tuple[ReceivedFile, ...]:
        """Return this session's files of these names, no longer pending."""
        own = self._files.get(sender.address, {})
        taken = [own.pop(name, None) for name in dict.fromkeys(names)]
        if not own:
            self._files.pop(sender.address, None)
        return tuple(file for file in taken if file is not None)


async def receive(app: App, sender: Sender, request: Request, *, pending: Pending) -> Response:
    """Take the request's body as a file of the session's creator; the answer names it, or says why not."""
    limit = app.settings.upload_limit_bytes
    too_large = _problem(413, _TOO_LARGE.format(limit=size(limit)))
    if problem := await asyncio.to_thread(app.assistant.file_problem, sender, at=app.clock()):
        return _problem(403, problem)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        return too_large
    name = unquote(request.headers.get("x-file-name", ""), errors="replace")
    media_type = request.headers.get("content-type", "")
    arrival = Arrival(app.database.files, name=name, media_type=media_type, limit_bytes=limit)
    try:
        received = await _received(arrival, request)
    except UploadTooLargeError:
        return too_large
    except ClientDisconnect:
        arrival.discard()
        return _problem(400, _EMPTY)
    except BaseException:
        arrival.discard()
        raise
    if received is None:
        return _problem(422, _EMPTY)
    return JSONResponse({"id": pending.put(sender, received), "name": received.name})


def give(app: App, sender: Sender, upload_id: int) -> Response:
    """Send a file to its owner; another creator's looks exactly as if there was none."""
    found = _own(app, sender, upload_id)
    if found is None or not found.path.is_file():
        return notice_page("没有这个文件。", status=404)
    shown = found.media_type in SHOWN_TYPES
    return FileResponse(
        found.path,
        media_type=found.media_type if shown else "application/octet-stream",
        filename=found.name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"Cache-Control": "private, max-age=3600"},
    )


def _own(app: App, sender: Sender, upload_id: int) -> Upload | None:
    if not 0 < upload_id < _LARGEST_ID:
        return None
    with app.database.reading() as session:
        creator = creators.linked_creator(session, channel=sender.channel, address=sender.address)
        return uploads.find(session, upload_id=upload_id, creator_id=creator) if creator else None


async def _received(arrival: Arrival, request: Request) -> ReceivedFile | None:
    """Write the body in a thread, some of its many small pieces at a time."""
    batch: list[bytes] = []
    waiting = 0
    async for chunk in request.stream():
        batch.append(chunk)
        waiting += len(chunk)
        if waiting >= _BATCH_BYTES:
            await asyncio.to_thread(arrival.write, b"".join(batch))
            batch, waiting = [], 0
    if waiting:
        await asyncio.to_thread(arrival.write, b"".join(batch))
    return await asyncio.to_thread(arrival.finish)


def _problem(status: int, words: str) -> JSONResponse:
    return JSONResponse({"problem": words}, status_code=status)
