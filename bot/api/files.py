"""Files up, and files down to the creator whose they are."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import FileResponse

from bot.api.callers import Creator
from bot.api.messages import sender
from bot.api.problems import Kind, ProblemError, documented
from bot.api.schemas import LARGEST_ID, UploadTaken
from bot.app import App
from bot.channels import web_uploads
from bot.channels.web_uploads import Pending
from bot.messages import outbound_from
from tools.kernel import uploads
from tools.support import service as support
from tools.support.api.tokens import CreatorCaller

_LARGEST_PLACE = 1_000
Identity = Annotated[int, Path(ge=1, le=LARGEST_ID)]
_BYTES: dict[int | str, dict[str, Any]] = {  # Any: a piece of an OpenAPI document
    200: {
        "description": "The file",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_BODY: dict[str, Any] = {  # Any: as above
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}
        },
    }
}
# Read by the receiving itself; named here so that the schema tells of it and its length is kept.
FileName = Annotated[
    str,
    Header(
        alias="X-File-Name",
        max_length=1_000,
        description="The file's name, percent-encoded; only for showing",
    ),
]
_KINDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Kind.TOO_LARGE,
    HTTPStatus.FORBIDDEN: Kind.REFUSED,
    HTTPStatus.BAD_REQUEST: Kind.BAD_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY: Kind.INVALID,
}


@dataclass(frozen=True)
class Files:
    """The addresses of files."""

    app: App
    pending: Pending

    def router(self) -> APIRouter:
        """Return the routes, each for the creator that its token speaks for."""
        router = APIRouter(tags=["files"])

        @router.post("/uploads", openapi_extra=_BODY, responses=documented(Kind.REFUSED, Kind.BAD_REQUEST))
        async def receive(caller: Creator, request: Request, _name: FileName = "") -> UploadTaken:
            """Send a file as the request's body; the creator's next message names it."""
            return await self.receive(caller, request)

        @router.get(
            "/uploads/{upload_id}",
            response_class=Response,
            responses={**_BYTES, **documented(Kind.NOT_FOUND)},
        )
        def upload(caller: Creator, upload_id: Identity) -> Response:
            """Fetch a file that the creator has sent."""
            return self.upload(caller, upload_id)

        @router.get(
            "/attachments/{message_id}/{place}",
            response_class=Response,
            responses={**_BYTES, **documented(Kind.NOT_FOUND)},
        )
        def attachment(
            caller: Creator, message_id: Identity, place: Annotated[int, Path(ge=0, le=_LARGEST_PLACE)]
        ) -> Response:
            """Fetch a file, or the picture of a chart, that came with an answer."""
            return self.attachment(caller, message_id, place)

        return router

    async def receive(self, caller: CreatorCaller, request: Request) -> UploadTaken:
        """Take the file as the web messenger takes its own."""
        answer = await web_uploads.receive(self.app, sender(caller), request, pending=self.pending)
        body = json.loads(bytes(answer.body))
        if answer.status_code != HTTPStatus.OK:
            raise ProblemError(_KINDS[HTTPStatus(answer.status_code)], body["problem"])
        return UploadTaken.model_validate(body)

    def upload(self, caller: CreatorCaller, upload_id: int) -> Response:
        """Return the bytes of the creator's own file; another's looks exactly as if there was none."""
        with self.app.database.reading() as session:
            found = uploads.find(session, upload_id=upload_id, creator_id=caller.creator_id)
        if found is None:
            raise ProblemError(Kind.NOT_FOUND)
        return _sent(found.path, name=found.name, media_type=found.media_type)

    def attachment(self, caller: CreatorCaller, message_id: int, place: int) -> Response:
        """Return a file or a chart's picture of an answer in the creator's own conversation; charts come after files."""
        who = sender(caller)
        with self.app.database.reading() as session:
            answer = support.answer_in_chat(
                session, message_id=message_id, channel=who.channel, address=who.address
            )
        if answer is None or answer.creator != caller.creator_id:
            raise ProblemError(Kind.NOT_FOUND)
        outbound = outbound_from(answer.body)
        if place < (count := len(outbound.attachments)):
            path = File(outbound.attachments[place].path)
            return _sent(path, name=path.name)
        if place - count >= len(outbound.charts):
            raise ProblemError(Kind.NOT_FOUND)
        picture = self.app.pictures.file_or_none(outbound.charts[place - count])
        if picture is None:
            raise ProblemError(Kind.NOT_FOUND)
        return _sent(picture, name=picture.name)


def _sent(path: File, *, name: str, media_type: str | None = None) -> Response:
    if not path.is_file():
        raise ProblemError(Kind.NOT_FOUND)
    # Always to be saved: an app shows pictures by itself, and no browser runs what somebody has sent.
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, filename=name, media_type=media_type, headers=headers)
