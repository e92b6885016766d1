"""Who calls: the token says it, and nothing else in a request does."""

import time
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.api.limits import Buckets
from bot.api.problems import Kind, ProblemError
from bot.app import App
from tools.support.api import tokens
from tools.support.api.scopes import Scope
from tools.support.api.tokens import CreatorCaller, PlatformCaller

_platform = HTTPBearer(
    auto_error=False, scheme_name="platform", description="A token made by `guanghe tokens add`."
)
_creator = HTTPBearer(
    auto_error=False, scheme_name="creator", description="A token asked for at `POST /creator-tokens`."
)

Given = HTTPAuthorizationCredentials | None


class Callers:
    """Turns a bearer token into a caller, each within its rate."""

    def __init__(self, app: App, *, buckets: Buckets, seconds: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._buckets = buckets
        self._seconds = seconds

    def creator(self, token: str) -> CreatorCaller:
        """Return the creator that the token speaks for."""
        with self._app.database.reading() as session:
            caller = tokens.creator_caller(session, token=token, now=self._app.clock())
        if caller is None:
            raise ProblemError(Kind.TOKEN_UNKNOWN)
        # A creator's rate is the creator's, however many tokens the app asks for.
        self._count(("creator", caller.creator_id), caller.rate_per_minute)
        return caller

    def platform(self, token: str, *, scope: Scope) -> PlatformCaller:
        """Return the program whose token this is, if the token has the scope."""
        with self._app.database.reading() as session:
            caller = tokens.platform_caller(session, token=token)
        if caller is None:
            raise ProblemError(Kind.TOKEN_UNKNOWN)
        self._count(("platform", caller.token_id), caller.rate_per_minute)
        if scope not in caller.scopes:
            raise ProblemError(
                Kind.SCOPE_MISSING, f"the token {caller.name!r} lacks the scope {scope.value!r}"
            )
        return caller

    def _count(self, name: tuple[str, int], per_minute: int) -> None:
        if wait := self._buckets.take(name, per_minute=per_minute, at=self._seconds()):
            raise ProblemError(
                Kind.TOO_MANY, f"at most {per_minute} requests a minute", headers={"Retry-After": str(wait)}
            )


def _as_creator(request: Request, given: Annotated[Given, Depends(_creator)]) -> CreatorCaller:
    return _callers(request).creator(_token(given))


def _as_platform(scope: Scope) -> Callable[[Request, Given], PlatformCaller]:
    def caller(request: Request, given: Annotated[Given, Depends(_platform)]) -> PlatformCaller:
        return _callers(request).platform(_token(given), scope=scope)

    return caller


# What a route names to say who may call it.
Creator = Annotated[CreatorCaller, Depends(_as_creator)]
Actor = Annotated[PlatformCaller, Depends(_as_platform(Scope.ACT))]
Linker = Annotated[PlatformCaller, Depends(_as_platform(Scope.LINK))]


def _callers(request: Request) -> Callers:
    found = request.app.state.callers
    assert isinstance(found, Callers), "the server gives its routes their callers"
    return found


def _token(given: Given) -> str:
    if given is None:
        raise ProblemError(Kind.TOKEN_MISSING)
    return given.credentials
