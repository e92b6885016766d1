import itertools
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.payout.granting_clients import a_grant, broken, guanghe
from tests.tools.payout.postings import gift, held, payment
from tools.kernel.db import Database
from tools.kernel.period import parse_period
from tools.payout import service
from tools.payout.grants import Grantor, grant_now
from tools.payout.ledger import (
    TransferStateError,
    post_reserved,
    reserve,
    reverse_transfer,
    void_reserved,
)
from tools.payout.posting import KeyReusedError, OverdrawnError

RUNS = itertools.count(1_000)


class TestReserve:
    def test_sets_the_amount_aside_until_it_is_posted(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=100), now=now)
            assert reserve(session, payment("p", by=1, fen=70), now=now)
            assert not reserve(session, payment("p", by=1, fen=70), now=now)
            assert held(session, 1) == (30, 0)
            with pytest.raises(OverdrawnError):
                service.post_transfer(session, payment("q", by=1, fen=31), now=now)

            assert post_reserved(session, key="p", now=now)
            assert not post_reserved(session, key="p", now=now)
            assert held(session, 1) == (30, 0)

        assert broken(database) == []

    def test_gives_it_back_when_it_is_voided(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=100), now=now)
            reserve(session, payment("p", by=1, fen=70), now=now)

            assert void_reserved(session, key="p", now=now)
            assert not void_reserved(session, key="p", now=now)
            assert held(session, 1) == (100, 0)
            with pytest.raises(TransferStateError, match="p is voided for good"):
                post_reserved(session, key="p", now=now)
            with pytest.raises(TransferStateError, match="nothing is reserved under x"):
                void_reserved(session, key="x", now=now)

        assert broken(database) == []

    def test_is_another_body_than_posting_at_once(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfer(session, gift("g", to=1, fen=100), now=now)
            reserve(session, payment("p", by=1, fen=70), now=now)

            with pytest.raises(KeyReusedError):
                service.post_transfer(session, payment("p", by=1, fen=70), now=now)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(["get", "give", "reserve", "post", "void"]), st.integers(0, 4), st.integers(1, 60)),
            max_size=25,
        )
    )  # fmt: skip
    def test_keeps_the_balance_that_plain_sums_would_have(
        self, database: Database, now: datetime, steps: list[tuple[str, int, int]]
    ) -> None:
        run = next(RUNS)
        total, pending, decided = 0, dict[str, int](), set[str]()
        for place, (step, number, fen) in enumerate(steps):
            key = f"{run}:{number}"
            with database.writing() as session:
                match step:
                    case "get":
                        service.post_transfer(session, gift(f"{run}:g{place}", to=run, fen=fen), now=now)
                        total += fen
                    case "give" | "reserve":
                        if step == "reserve" and (key in pending or key in decided):
                            continue
                        name = key if step == "reserve" else f"{run}:p{place}"
                        post = reserve if step == "reserve" else service.post_transfer
                        if fen > total - sum(pending.values()):
                            with pytest.raises(OverdrawnError):
                                post(session, payment(name, by=run, fen=fen), now=now)
                            continue
                        assert post(session, payment(name, by=run, fen=fen), now=now)
                        if step == "reserve":
                            pending[key] = fen
                        else:
                            total -= fen
                    case _:
                        if key not in pending:
                            continue
                        moved = pending.pop(key)
                        decided.add(key)
                        assert (post_reserved if step == "post" else void_reserved)(session, key=key, now=now)
                        total -= moved if step == "post" else 0

        with database.reading() as session:
            assert held(session, run) == (total - sum(pending.values()), 0)
        assert broken(database) == []


class TestReverseTransfer:
    def test_takes_income_back_once_wherever_it_is(self, database: Database, now: datetime, on: date) -> None:
        with database.writing() as session:
            waits = gift("waits", to=1, fen=5, settles_on=date(2022, 9, 1))
            settled = gift("settled", to=1, fen=7, settles_on=date(2022, 8, 11))
            kept = gift("kept", to=1, fen=11)
            service.post_transfers(session, [waits, settled, kept], now=now)
            service.settle_due(session, now=now)

            for key in ("waits", "settled"):
                assert reverse_transfer(session, key=key, reason="重复发放", now=now)
                assert not reverse_transfer(session, key=key, reason="重复发放", now=now)

            assert held(session, 1) == (11, 0)
            lines = service.income(session, creator_id=1, period=parse_period("this_month", on=on))
            assert [line.amount_fen for line in lines] == [11]
            assert service.settle_due(session, now=now.replace(month=10)) == 0
        assert broken(database) == []

    def test_takes_back_no_money_that_is_gone(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            service.post_transfers(session, [gift("g", to=1, fen=5), payment("p", by=1, fen=3)], now=now)

            with pytest.raises(OverdrawnError):
                reverse_transfer(session, key="g", reason="", now=now)

    def test_returns_a_reward_to_its_budget(self, database: Database, now: datetime) -> None:
        program = guanghe(100)
        Grantor(database, programs=[program], holder="a").grant([a_grant(1, fen=100)], now=now)
        with database.writing() as session:
            assert reverse_transfer(session, key="grant:k000001", reason="误发", now=now)

            answers = grant_now(
                session, [a_grant(2, fen=100), a_grant(1, fen=100)], programs=[program], now=now
            )

        assert [answer.outcome.value for answer in answers] == ["granted", "duplicate"]
        assert broken(database) == []

    @pytest.mark.parametrize("key", ["nothing", "pending", "settle:g"])
    def test_takes_back_only_what_is_posted(self, database: Database, now: datetime, key: str) -> None:
        with database.writing() as session:
            items = [gift("g", to=1, fen=5, settles_on=date(2022, 9, 1)), gift("h", to=1, fen=5)]
            service.post_transfers(session, items, now=now)
            reserve(session, payment("pending", by=1, fen=3), now=now)
            reverse_transfer(session, key="g", reason="", now=now)

            with pytest.raises(TransferStateError):
                reverse_transfer(session, key=key, reason="", now=now)
