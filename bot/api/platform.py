"""What the platform's own programs ask for on a creator's behalf: tokens, linking codes; and what creators end or read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy.orm import Session

from bot.api import shown
from bot.api.callers import Actor, Creator, Linker
from bot.api.problems import Kind, ProblemError, documented
from bot.api.schemas import (
    CreatorNamed,
    CreatorTokenMade,
    LinkCodeMade,
    ListAsked,
    NewCreatorToken,
    Notices,
    NoticeShown,
)
from bot.app import App
from tools.creators import service as creators
from tools.notices import service as notices
from tools.support.api import tokens
from tools.support.api.tokens import CreatorCaller, PlatformCaller


@dataclass(frozen=True)
class Platform:
    """The addresses of tokens, linking codes and notices."""

    app: App

    def router(self) -> APIRouter:
        """Return the routes, each for the token that it names."""
        router = APIRouter()
        problems = documented(Kind.SCOPE_MISSING, Kind.NOT_FOUND)

        @router.post(
            "/creator-tokens", status_code=status.HTTP_201_CREATED, responses=problems, tags=["platform"]
        )
        def issue(caller: Actor, given: NewCreatorToken) -> CreatorTokenMade:
            """Ask for a token that speaks for one creator, whom the platform has signed in (scope `act`)."""
            return self.issue(caller, given)

        @router.delete("/creator-tokens/current", status_code=status.HTTP_204_NO_CONTENT, tags=["platform"])
        def end(caller: Creator) -> None:
            """End the creator's token that is used here: the creator has signed out."""
            with self.app.database.writing() as session:
                tokens.end_creator_token(session, caller=caller)

        @router.post(
            "/link-codes", status_code=status.HTTP_201_CREATED, responses=problems, tags=["platform"]
        )
        def link(caller: Linker, given: CreatorNamed) -> LinkCodeMade:
            """Ask for the one-time code that a creator types into a messenger (scope `link`); earlier ones are void."""
            return self.link(caller, given)

        @router.get("/notices", tags=["notices"])
        def told(caller: Creator, asked: Annotated[ListAsked, Query()]) -> Notices:
            """Read the creator's newest notices."""
            return self.told(caller, limit=asked.limit)

        return router

    def issue(self, caller: PlatformCaller, given: NewCreatorToken) -> CreatorTokenMade:
        """Return a token for the creator of this handle."""
        with self.app.database.writing() as session:
            made = tokens.issue_creator_token(
                session,
                issuer=caller,
                creator_id=_creator(session, given),
                lifetime=timedelta(seconds=given.seconds),
                now=self.app.clock(),
            )
        return CreatorTokenMade(token=made.token, expires_at=made.expires_at)

    def link(self, _caller: PlatformCaller, given: CreatorNamed) -> LinkCodeMade:
        """Return a linking code of the creator of this handle."""
        now = self.app.clock()
        with self.app.database.writing() as session:
            code = creators.issue_link_code(session, creator_id=_creator(session, given), now=now)
        return LinkCodeMade(code=code, expires_at=now + creators.CODE_LIFETIME)

    def told(self, caller: CreatorCaller, *, limit: int) -> Notices:
        """Return the creator's own notices."""
        with self.app.database.reading() as session:
            found = notices.newest(session, creator_id=caller.creator_id, limit=limit)
        return Notices(
            notices=[
                NoticeShown(
                    id=one.id,
                    topic=one.topic,
                    text=one.text,
                    at=one.created_at,
                    buttons=[shown.button(button) for button in one.buttons],
                )
                for one in found
            ]
        )


def _creator(session: Session, given: CreatorNamed) -> int:
    # What cannot stand in a handle is in none; PostgreSQL would not even look for it.
    found = creators.find_account(session, handle=given.creator) if given.creator.isprintable() else None
    if found is None:
        raise ProblemError(Kind.NOT_FOUND, "no creator has this handle")
    return found.id
