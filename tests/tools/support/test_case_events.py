from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Delete, Update, delete, update
from sqlalchemy.orm import Session

from tests.desk import a_case, an_agent
from tools.kernel.db import Database
from tools.kernel.errors import Refusal
from tools.support import cases, desk, figures, views, watch
from tools.support.agents import Agent, Role, find_agent
from tools.support.case_models import Case, CaseClock, CaseEvent
from tools.support.clocks import Promise
from tools.support.escalation import Reason
from tools.support.figures import PromiseShare, by_team, shares_csv
from tools.support.invariants import INVARIANTS
from tools.support.views import CaseView

MINUTE = timedelta(minutes=1)
Deed = Callable[[Session, CaseView, Agent, datetime], object]
DEEDS: tuple[Deed, ...] = (
    lambda session, case, agent, at: desk.take(session, agent=agent, number=case.number, now=at),
    lambda session, case, agent, at: desk.say(
        session, agent=agent, number=case.number, text="在", key=f"{at}", now=at
    ),
    lambda session, case, agent, at: desk.release(session, agent=agent, number=case.number, now=at),
    lambda session, case, agent, at: desk.transfer(
        session, agent=agent, number=case.number, to="wang", now=at
    ),
    lambda session, case, agent, at: desk.wait_for_creator(session, agent=agent, number=case.number, now=at),
    lambda session, case, agent, at: desk.resolve(session, agent=agent, number=case.number, now=at),
    lambda session, case, agent, at: desk.reopen(session, agent=agent, number=case.number, now=at),
    lambda session, case, _, at: cases.creator_spoke(session, conversation_id=case.conversation_id, now=at),
    lambda session, case, _, at: cases.cancel(
        session, creator_id=case.creator_id, number=case.number, now=at
    ),
    lambda session, case, _, at: cases.reopen_by_creator(
        session, creator_id=case.creator_id, number=case.number, now=at
    ),
    lambda session, case, _, at: cases.rate(
        session, creator_id=case.creator_id, number=case.number, stars=3, now=at
    ),
    lambda session, case, _, at: cases.open_case(
        session,
        creator_id=case.creator_id,
        conversation_id=case.conversation_id,
        reason="又来了",
        on=at.date(),
        now=at,
    ),
)
JOBS = (watch.watch_clocks, watch.watch_queue, watch.watch_holders)
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(DEEDS) + len(JOBS) - 1),
        st.sampled_from(["lin", "wang", "zhao"]),
        st.integers(0, 400),
    ),
    max_size=14,
)


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [f"{one.name}: {line}" for one in INVARIANTS for line in one.violations(session)]


class TestAnyOrderOfEvents:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def test_leaves_every_invariant_whole(
        self, database: Database, now: datetime, on: date, steps: list[tuple[int, str, int]]
    ) -> None:
        people = self.people(database, now)
        with database.reading() as session:
            place = len(views.open_cases(session)) + 1
        # The examples share a database: each has a creator of its own.
        case = a_case(database, f"c{place}-{hash(str(steps)) % 10**9}", now=now, on=on)
        at = now
        for which, login, minutes in steps:
            at += minutes * MINUTE
            if which >= len(DEEDS):
                JOBS[which - len(DEEDS)](database, at)
                continue
            try:
                with database.writing() as session:
                    DEEDS[which](session, case, people[login], at)
            except Refusal:
                continue

        assert broken(database) == []

    def people(self, database: Database, now: datetime) -> dict[str, Agent]:
        with database.writing() as session:
            known = find_agent(session, login="lin")
            roles = {"lin": [Role.AGENT], "wang": [Role.AGENT], "zhao": [Role.LEAD]}
            if known is None:
                return {login: an_agent(session, login, now=now, roles=role) for login, role in roles.items()}
            return {login: found for login in roles if (found := find_agent(session, login=login))}


class TestEverybodyAtOnce:
    def test_leaves_every_invariant_whole_and_locks_nobody_out(
        self, database: Database, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            people = [
                an_agent(session, login, now=now, roles=[Role.LEAD]) for login in ("lin", "wang", "zhao")
            ]
        queue = [a_case(database, f"c{place}", now=now, on=on) for place in range(2)]

        def work(seed: int) -> None:
            for step in range(12):
                at, which = now + step * 3 * MINUTE, (seed * 7 + step * 5) % (len(DEEDS) + len(JOBS))
                if which >= len(DEEDS):
                    JOBS[which - len(DEEDS)](database, at)
                    continue
                # What a case's state does not allow is a plain no; anything else fails the test.
                with suppress(Refusal), database.writing() as session:
                    DEEDS[which](session, queue[(seed + step) % 2], people[seed % 3], at)

        with ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(work, seed) for seed in range(4)]:
                done.result()

        assert broken(database) == []


class TestInvariants:
    @pytest.mark.parametrize(
        ("spoil", "expected"),
        [
            (update(CaseEvent).where(CaseEvent.id == 2).values(holder_id=None), "nobody holds it"),
            (delete(CaseEvent).where(CaseEvent.id == 2), "its steps lead to"),
            (update(CaseEvent).where(CaseEvent.id == 2).values(sequence=7), "has step 7 in place 2"),
            (update(Case).values(reopened=1), "its steps lead to"),
            (delete(CaseClock).where(CaseClock.id == 2), "has 0 open promises of a resolution"),
            (update(Case).values(rating=5, rated_at=Case.opened_at), "was rated before it ended"),
        ],
    )
    def test_name_what_is_broken(
        self, database: Database, now: datetime, on: date, spoil: Update | Delete, expected: str
    ) -> None:
        case = a_case(database, "laotie", now=now, on=on)
        with database.writing() as session:
            desk.take(session, agent=an_agent(session, "lin", now=now), number=case.number, now=now)
        assert broken(database) == []

        with database.writing() as session:
            session.execute(spoil)

        (line,) = broken(database)
        assert expected in line


class TestPromiseShares:
    def test_count_kept_and_broken_promises_by_person_and_team(
        self, database: Database, now: datetime, on: date
    ) -> None:
        with database.writing() as session:
            lin = an_agent(session, "lin", now=now)
        for handle, minutes in (("a", 10), ("b", 11)):
            case = a_case(database, handle, now=now, on=on)
            with database.writing() as session:
                at = now + minutes * MINUTE
                desk.say(session, agent=lin, number=case.number, text="在", key="1", now=at)
                desk.resolve(session, agent=lin, number=case.number, now=at)
        given_up = a_case(database, "c", now=now, on=on)
        with database.writing() as session:
            cases.cancel(session, creator_id=given_up.creator_id, number=given_up.number, now=now + MINUTE)
            cases.rate(session, creator_id=case.creator_id, number=case.number, stars=4, now=at)

        with database.reading() as session:
            found = figures.statistics(session, since=now, until=now + timedelta(days=1))
            outside = figures.statistics(session, since=now - timedelta(days=1), until=now)
        assert [(one.login, one.promise, one.count, one.met) for one in found.promises] == [
            ("lin", Promise.FIRST_REPLY, 2, 1),
            ("lin", Promise.RESOLUTION, 2, 2),
        ]
        assert (found.opened, found.resolved, found.cancelled, found.by_reason) == (
            3,
            2,
            1,
            {Reason.ASKED: 3},
        )
        assert (found.csat_count, found.csat_average) == (1, 4.0)
        assert (outside.opened, outside.promises, outside.csat_average) == (0, [], None)

    def test_are_written_as_csv_that_no_spreadsheet_runs(self) -> None:
        shares = [
            PromiseShare("=组", "lin", "小林", Promise.FIRST_REPLY, 3, 2),
            PromiseShare("=组", "", "", Promise.FIRST_REPLY, 1, 0),
        ]

        assert shares_csv(shares).splitlines() == [
            "team,agent,promise,count,met,share",
            "'=组,lin,first_reply,3,2,0.6667",
            "'=组,-,first_reply,1,0,0.0000",
            "'=组,*,first_reply,4,2,0.5000",
        ]
        assert [one.share for one in by_team(shares)] == [0.5]
