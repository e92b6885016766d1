"""What goes wrong, always in one shape: problem details for HTTP APIs (RFC 9457)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from tools.kernel.errors import Refusal

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 20


class Kind(StrEnum):
    """Every kind of problem; programs read this, people the title."""

    BAD_REQUEST = "bad-request"
    TOKEN_MISSING = "token-missing"  # noqa: S105 - a word of the API, not a token
    TOKEN_UNKNOWN = "token-unknown"  # noqa: S105 - as above
    SCOPE_MISSING = "scope-missing"
    NOT_FOUND = "not-found"
    METHOD_UNKNOWN = "method-unknown"
    KEY_USED = "key-used"
    REFUSED = "refused"
    TOO_LARGE = "too-large"
    INVALID = "invalid"
    TOO_MANY = "too-many"
    FAILED = "failed"

    @property
    def status(self) -> HTTPStatus:
        """The problem as HTTP says it."""
        return _STATUS[self]

    @property
    def heading(self) -> str:
        """The kind in words."""
        return _TITLES[self]


_STATUS = {
    Kind.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    Kind.TOKEN_MISSING: HTTPStatus.UNAUTHORIZED,
    Kind.TOKEN_UNKNOWN: HTTPStatus.UNAUTHORIZED,
    Kind.SCOPE_MISSING: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.METHOD_UNKNOWN: HTTPStatus.METHOD_NOT_ALLOWED,
    Kind.KEY_USED: HTTPStatus.CONFLICT,
    Kind.REFUSED: HTTPStatus.CONFLICT,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.FAILED: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_TITLES = {
    Kind.BAD_REQUEST: "The request cannot be read",
    Kind.TOKEN_MISSING: "A bearer token is needed",
    Kind.TOKEN_UNKNOWN: "The token is unknown, expired or revoked, or of the other sort",
    Kind.SCOPE_MISSING: "The token may not do this",
    Kind.NOT_FOUND: "There is no such thing, or it is somebody else's",
    Kind.METHOD_UNKNOWN: "The path knows no such method",
    Kind.KEY_USED: "The key was used for another message",
    Kind.REFUSED: "The assistant says no; `detail` tells the creator why",
    Kind.TOO_LARGE: "The request is too large",
    Kind.INVALID: "The request does not fit the schema",
    Kind.TOO_MANY: "Too many requests",
    Kind.FAILED: "Something broke; it is written down",
}


class Fault(BaseModel):
    """One place of a request that does not fit."""

    where: str = Field(description="Where it stands, for example `body.text`")
    words: str = Field(description="What is wrong with it")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="`urn:guanghe:problem:` and the kind")
    title: str
    status: int
    detail: str = Field(default="", description="More about this one; Chinese where a creator may read it")
    errors: list[Fault] = Field(default=[], description="What does not fit, where the schema is not kept")


class ProblemError(Exception):
    """A problem on its way to whoever asked."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Fault] = (),
    ) -> None:
        super().__init__(kind.value)
        self.kind, self.detail, self.headers, self.errors = kind, detail, dict(headers or {}), list(errors)


def response(problem: ProblemError) -> Response:
    """Return the problem as it is sent."""
    kind = problem.kind
    if kind.status is HTTPStatus.UNAUTHORIZED:
        problem.headers.setdefault("WWW-Authenticate", "Bearer")
    body = Problem(
        type=f"urn:guanghe:problem:{kind}",
        title=kind.heading,
        status=kind.status,
        detail=problem.detail,
        errors=problem.errors,
    )
    return Response(
        body.model_dump_json(), status_code=kind.status, media_type=MEDIA_TYPE, headers=problem.headers
    )


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:  # Any: a piece of an OpenAPI document
    """Return the problems as FastAPI's `responses` takes them."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        words = found.get(kind.status.value, {}).get("description", "")
        found[kind.status.value] = {
            "description": f"{words}; {kind.heading}" if words else kind.heading,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return found


def install(api: FastAPI) -> None:
    """Let every error of the API leave it in this shape."""
    api.add_exception_handler(ProblemError, _of_problem)
    api.add_exception_handler(Refusal, _of_refusal)
    api.add_exception_handler(RequestValidationError, _of_validation)
    api.add_exception_handler(HTTPException, _of_http)


def _of_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return response(error)


def _of_refusal(_request: Request, error: Exception) -> Response:
    return response(ProblemError(Kind.REFUSED, str(error)))


def _of_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # What was sent is not repeated: an answer that is logged somewhere carries none of it.
    faults = [
        Fault(where=".".join(str(part) for part in found["loc"]), words=found["msg"])
        for found in cast("Sequence[Mapping[str, Any]]", error.errors())[:_MOST_FAULTS]
    ]
    return response(ProblemError(Kind.INVALID, errors=faults))


def _of_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            kind = Kind.NOT_FOUND
        case HTTPStatus.METHOD_NOT_ALLOWED:
            kind = Kind.METHOD_UNKNOWN
        case _:
            kind = Kind.BAD_REQUEST
    return response(ProblemError(kind, headers=error.headers))
