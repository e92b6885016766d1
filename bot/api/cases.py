"""A creator's own 1V1 cases."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy.orm import Session

from bot.api import schemas
from bot.api.callers import Creator
from bot.api.messages import sender
from bot.api.problems import Kind, ProblemError, documented
from bot.api.schemas import CaseShown, ListAsked, NewCase, Number, Rating
from bot.app import App
from tools.support import cases, views
from tools.support import service as support
from tools.support.api.tokens import CreatorCaller
from tools.support.numbers import CaseUnknown
from tools.support.states import CaseState
from tools.support.views import CaseView


@dataclass(frozen=True)
class Cases:
    """The addresses of cases; another creator's case looks exactly as if there was none."""

    app: App

    def router(self) -> APIRouter:
        """Return the routes, each for the creator that its token speaks for."""
        router = APIRouter(tags=["cases"])
        problems = documented(Kind.NOT_FOUND, Kind.REFUSED)

        @router.post("/cases", status_code=status.HTTP_201_CREATED)
        def begin(caller: Creator, given: NewCase) -> CaseShown:
            """Call a person into the conversation; where one is called already, that case is returned."""
            return self.begin(caller, given)

        @router.get("/cases")
        def listed(caller: Creator, asked: Annotated[ListAsked, Query()]) -> schemas.Cases:
            """Read the creator's newest cases."""
            return self.listed(caller, limit=asked.limit)

        @router.get("/cases/{number}", responses=documented(Kind.NOT_FOUND))
        def one(caller: Creator, number: Number) -> CaseShown:
            """Read how a case stands."""
            return self.one(caller, number)

        @router.post("/cases/{number}/cancellation", responses=problems)
        def cancel(caller: Creator, number: Number) -> CaseShown:
            """Give a case up: the assistant answers again."""
            return self.cancel(caller, number)

        @router.post("/cases/{number}/rating", responses=problems)
        def rate(caller: Creator, number: Number, given: Rating) -> CaseShown:
            """Say how the service was, once, after a person has resolved the case."""
            return self.rate(caller, number, given)

        @router.post("/cases/{number}/reopening", responses=problems)
        def reopen(caller: Creator, number: Number) -> CaseShown:
            """Call a person again about a resolved case."""
            return self.reopen(caller, number)

        return router

    def begin(self, caller: CreatorCaller, given: NewCase) -> CaseShown:
        """Return the conversation's case, opened now if there was none."""
        who, now = sender(caller), self.app.clock()
        with self.app.database.writing() as session:
            here = support.conversation(
                session,
                channel=who.channel,
                address=who.address,
                thread=given.thread,
                creator=caller.creator_id,
                now=now,
            )
            opened = cases.open_case(
                session,
                creator_id=caller.creator_id,
                conversation_id=here.id,
                reason=given.reason,
                on=self.app.today(),
                now=now,
            )
            return self._shown(session, opened)

    def listed(self, caller: CreatorCaller, *, limit: int) -> schemas.Cases:
        """Return the creator's newest cases."""
        with self.app.database.reading() as session:
            found = views.cases_of_creator(session, creator_id=caller.creator_id, limit=limit)
            return schemas.Cases(cases=[self._shown(session, case) for case in found])

    def one(self, caller: CreatorCaller, number: str) -> CaseShown:
        """Return the creator's own case."""
        with self.app.database.reading() as session:
            return self._shown(session, _own(session, caller, number))

    def cancel(self, caller: CreatorCaller, number: str) -> CaseShown:
        """Cancel the creator's own case."""
        with self.app.database.writing() as session:
            _own(session, caller, number)
            changed = cases.cancel(session, creator_id=caller.creator_id, number=number, now=self.app.clock())
            return self._shown(session, changed)

    def rate(self, caller: CreatorCaller, number: str, given: Rating) -> CaseShown:
        """Rate the creator's own case."""
        with self.app.database.writing() as session:
            _own(session, caller, number)
            changed = cases.rate(
                session,
                creator_id=caller.creator_id,
                number=number,
                stars=given.stars,
                now=self.app.clock(),
            )
            return self._shown(session, changed)

    def reopen(self, caller: CreatorCaller, number: str) -> CaseShown:
        """Open the creator's own case again."""
        with self.app.database.writing() as session:
            _own(session, caller, number)
            changed = cases.reopen_by_creator(
                session, creator_id=caller.creator_id, number=number, now=self.app.clock()
            )
            return self._shown(session, changed)

    def _shown(self, session: Session, case: CaseView) -> CaseShown:
        waits = case.state is CaseState.QUEUED
        return CaseShown(
            number=case.number,
            state=case.state,
            words=cases.status_words(session, number=case.number, now=self.app.clock()),
            reason=case.reason_text,
            opened_at=case.opened_at,
            resolved_at=case.resolved_at,
            people_before=views.place_in_queue(session, number=case.number) if waits else None,
            rating=case.rating,
        )


def _own(session: Session, caller: CreatorCaller, number: str) -> CaseView:
    try:
        return views.case_of_creator(session, creator_id=caller.creator_id, number=number)
    except CaseUnknown:
        raise ProblemError(Kind.NOT_FOUND) from None
