from datetime import date, datetime, timedelta

from sqlalchemy import text

from tests.calls import a_creator
from tools.creators import service
from tools.creators.detectors import service as detectors
from tools.creators.detectors.registry import diagnose
from tools.creators.models import AccountDay, Work, WorkDay
from tools.kernel.db import Database
from tools.kernel.period import last_days


class TestRecordIncome:
    def test_puts_what_is_known_now_in_place_of_what_was(self, database: Database, on: date) -> None:
        with database.writing() as session:
            creator = a_creator(session, "one")
            service.record_income(session, [(creator, on, 500), (creator, on - timedelta(days=1), 300)])

            service.record_income(session, [(creator, on, 0)])
            stored = session.execute(
                text("SELECT day, income_fen FROM creator_income_day ORDER BY day")
            ).all()

        assert [int(row.income_fen) for row in stored] == [300, 0]

    def test_takes_more_rows_than_one_statement_holds(self, database: Database, on: date) -> None:
        with database.writing() as session:
            creator = a_creator(session, "one")
            rows = [(creator, on - timedelta(days=back), back) for back in range(1_500)]

            stored = service.record_income(session, rows)

            total = session.scalar(text("SELECT count(*) FROM creator_income_day"))
        assert stored == total == 1_500


class TestIncomeBelowPeers:
    def test_is_found_from_what_is_stored(self, database: Database, on: date, now: datetime) -> None:
        """Twelve accounts earn 10 to 21 yuan more each; the account itself earns a tenth of the middle."""
        with database.writing() as session:
            ids = [a_creator(session, f"peer{number}", followers=11_000 + number) for number in range(13)]
            for number, creator in enumerate(ids):
                work = Work(
                    public_id=f"w{number}",
                    creator_id=creator,
                    title="锅包肉",
                    kind="video",
                    category="美食",
                    published_at=now - timedelta(days=5),
                    duration_seconds=40,
                )
                session.add(work)
                session.flush()
                day = on - timedelta(days=3)
                figures = dict.fromkeys(
                    (
                        "completed_plays",
                        "follower_plays",
                        "likes",
                        "comments",
                        "shares",
                        "favourites",
                        "new_followers",
                    ),
                    10,
                )
                session.add(WorkDay(work_id=work.id, day=day, plays=1_000, watch_seconds=20_000, **figures))
                session.add(
                    AccountDay(
                        creator_id=creator,
                        day=day,
                        followers=11_000,
                        new_followers=10,
                        lost_followers=0,
                        profile_views=9,
                        live_seconds=0,
                    )
                )
            session.flush()
            own, *peers = ids
            service.record_income(session, [(own, on - timedelta(days=2), 1_000)])
            service.record_income(
                session,
                [(peer, on - timedelta(days=9), 10_000 + number * 100) for number, peer in enumerate(peers)],
            )
            # Older than 30 days, and so nobody's income of the month.
            service.record_income(session, [(own, on - timedelta(days=31), 900_000)])

            account = service.account(session, creator_id=own)
            facts = detectors.account_facts(session, account, window=last_days(7, on=on))

        [finding] = [each for each in diagnose(facts).findings if each.kind == "income_below_peers"]
        assert finding.facts["income"] == "10.00"
        assert finding.facts["peer_median"] == "105.00"
        assert finding.facts["peers"] == 12
