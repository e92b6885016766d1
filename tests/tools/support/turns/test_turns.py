"""Figures of turns: written once, counted exactly, ended with age."""

from datetime import datetime, timedelta

import pytest

from tests.calls import a_creator, an_open_conversation
from tools.kernel.db import Database
from tools.support import service as support
from tools.support.deliveries import service as deliveries
from tools.support.turns import jobs, service
from tools.support.turns.kinds import Turned, TurnKind


def record(
    database: Database,
    now: datetime,
    *,
    route: str = "",
    kind: TurnKind = TurnKind.TALK,
    reason: str = "",
    seconds: float = 0.1,
    channel: str = "web",
) -> None:
    with database.writing() as session:
        service.record(session, Turned(channel, route, kind, reason, seconds), now=now)


class TestFigures:
    def test_count_every_turn_of_the_period_once(self, database: Database, now: datetime) -> None:
        for seconds in range(1, 21):
            record(database, now, route="earnings", kind=TurnKind.ANSWERED, seconds=seconds)
        record(database, now, route="earnings", kind=TurnKind.REFUSED, reason="NothingEarned", seconds=0.5)
        record(database, now, kind=TurnKind.CLARIFY, channel="telegram", seconds=0)
        record(database, now - timedelta(seconds=1))
        record(database, now + timedelta(hours=1))

        with database.reading() as session:
            found = service.figures(session, since=now, until=now + timedelta(hours=1))

        assert found.turns == 22
        assert [(one.route, one.kind, one.turns, one.mean_seconds) for one in found.routes] == [
            ("earnings", TurnKind.ANSWERED, 20, 10.5),
            ("", TurnKind.CLARIFY, 1, 0.0),
            ("earnings", TurnKind.REFUSED, 1, 0.5),
        ]
        assert found.channels == (("web", 21), ("telegram", 1))
        assert found.reasons == (("earnings", "NothingEarned", 1),)
        # 0, 0.5, 1, 2, … 20: the twelfth and the twenty-first of them.
        assert (found.median_seconds, found.p95_seconds) == (10.0, 19.0)
        assert found.of_kind(TurnKind.ANSWERED) == 20

    def test_of_an_empty_period_are_nothing(self, database: Database, now: datetime) -> None:
        with database.reading() as session:
            found = service.figures(session, since=now, until=now)

        assert (found.turns, found.routes, found.p95_seconds) == (0, (), 0.0)

    def test_know_every_kind_in_words(self) -> None:
        assert len({kind.words for kind in TurnKind}) == len(TurnKind)


class TestForget:
    def test_deletes_old_figures_alone(
        self, database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jobs, "_BATCH", 2)
        for _ in range(5):
            record(database, now - timedelta(days=401))
        record(database, now - timedelta(days=399))

        jobs.forget(database, now)

        with database.reading() as session:
            assert service.figures(session, since=now - timedelta(days=500), until=now).turns == 1


class TestBacklog:
    def test_counts_what_waits_and_what_went_lately(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            here = an_open_conversation(session, creator=a_creator(session, "laotie"), now=now)
            for number in range(3):
                support.append_notice(
                    session,
                    conversation_id=here,
                    key=f"a{number}",
                    text="好",
                    body={"text": "好"},
                    now=now - timedelta(seconds=10 * number),
                )
            first, *_ = support.undelivered(session, channel="terminal")
            support.mark_delivered(session, message_id=first.message_id, now=now)
            deliveries.begin(session, channel="telegram", message_id=first.message_id, floor=0, now=now)
            deliveries.end(session, message_id=first.message_id, outcome=deliveries.Outcome.SENT, now=now)
            support.store_update(session, channel="telegram", update_id=1, lane="7", body={}, now=now)

        with database.reading() as session:
            found = service.backlog(session, now=now)

        assert (found.messages, found.oldest_seconds) == ({"terminal": 2}, {"terminal": 20.0})
        assert (found.updates, found.deliveries) == ({"telegram": 1}, {("telegram", "sent"): 1})
