"""Who is at the desk: the cookie that a sign-in leaves, and what only this desk's own forms carry."""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection
from starlette.types import Scope

from bot.app import App
from tools.support import sign_in
from tools.support.agents import Agent
from tools.support.sign_in import SignedIn

# Cookies know no ports: the names keep apart what other programs on this machine store.
COOKIE = "guanghe_desk"
_FORM_COOKIE = "guanghe_desk_form"
_FORM_SECONDS = 3600
_LONGEST_FORM_BYTES = 64 * 1024

_Result = TypeVar("_Result")
Form = dict[str, str]


class SignedOutError(Exception):
    """Nobody is signed in here any more."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a browser holds of its sign-in; every use asks the store whether it still holds."""

    app: App
    token: str

    def reading(self, step: Callable[[Session, Agent], _Result]) -> _Result:
        """Return what the step reads for whoever is signed in. Raises SignedOutError for nobody."""
        with self.app.database.reading() as session:
            return step(session, self._agent(session, self.app.clock(), touch=False))

    def writing(
        self, step: Callable[[Session, Agent, datetime], _Result], *, is_alive: bool = True
    ) -> _Result:
        """Return what the step does for whoever is signed in. Raises SignedOutError for nobody.

        `is_alive` counts it as a sign of life; what a page does on its own is none.
        """
        now = self.app.clock()
        with self.app.database.writing() as session:
            return step(session, self._agent(session, now, touch=is_alive), now)

    async def read(self, step: Callable[[Session, Agent], _Result]) -> _Result:
        """Do `reading` in a thread."""
        return await asyncio.to_thread(self.reading, step)

    async def write(
        self, step: Callable[[Session, Agent, datetime], _Result], *, is_alive: bool = True
    ) -> _Result:
        """Do `writing` in a thread."""
        return await asyncio.to_thread(partial(self.writing, step, is_alive=is_alive))

    @property
    def csrf(self) -> str:
        """What a form of this browser must carry."""
        return sign_in.csrf_of(self.token)

    def _agent(self, session: Session, now: datetime, *, touch: bool) -> Agent:
        found = sign_in.agent_of(session, token=self.token, now=now, touch=touch) if self.token else None
        if found is None:
            raise SignedOutError
        return found


def token_of(scope: Scope) -> str:
    """Return the token that a request or a socket comes with, empty for none."""
    return HTTPConnection(scope).cookies.get(COOKIE, "")


def is_desk(page: Scope) -> bool:
    """Whether a page is the desk's."""
    path = str(page.get("path", ""))
    return path == "/desk" or path.startswith("/desk/")


def same_sign_in(page: Scope, socket: Scope) -> bool:
    """Whether a socket comes from the browser and the sign-in that opened the page."""
    token = token_of(page)
    return bool(token) and hmac.compare_digest(token.encode(), token_of(socket).encode())


def hand_over(response: Response, signed_in: SignedIn, request: Request, *, now: datetime) -> None:
    """Put the key into a cookie that scripts cannot read and other sites' pages do not send."""
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=int((signed_in.expires_at - now).total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    response.delete_cookie(_FORM_COOKIE, path="/desk")


def take_away(response: Response) -> None:
    """Make the browser forget its key."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def stamp(response: Response, request: Request) -> None:
    """Give a browser that is not signed in what `form_stamp` put into its form."""
    response.set_cookie(
        _FORM_COOKIE,
        form_stamp(request),
        max_age=_FORM_SECONDS,
        path="/desk",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def form_stamp(request: Request) -> str:
    """Return what the sign-in form of this browser carries, the same in all its tabs."""
    if not hasattr(request.state, "stamp"):
        request.state.stamp = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(24)
    return str(request.state.stamp)


def is_stamped(request: Request, form: Form) -> bool:
    """Whether a sign-in comes from a form that this browser was given."""
    given = request.cookies.get(_FORM_COOKIE, "")
    return bool(given) and hmac.compare_digest(given.encode(), form.get("csrf", "").encode())


async def read_form(request: Request) -> Form | None:
    """Return the fields of a form that a page of this very server sent; None for any other."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return None
    if site not in {None, "same-origin"}:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM_BYTES:
            return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        return None
    return {name: values[-1] for name, values in fields.items()}
