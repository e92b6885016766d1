from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tests.tools.payout.conftest import CallOf
from tests.tools.payout.postings import gift
from tests.tools.payout.test_payout_runs import broken
from tools.creators.models import AccountDay, Work
from tools.kernel.agent_tool import Proposal, Reply
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError, Refusal
from tools.kernel.period import PLATFORM_ZONE, parse_period
from tools.payout import service, star_guarantees, star_service
from tools.payout.star import StarState, StarTerms, StarUseKind
from tools.payout.star_service import AppliedAlready, AppliesTooSoon, NoAgency, NotEligible, StarUnknown
from tools.payout.star_tool import TOOL, commit_application, star_application

TERMS = StarTerms(
    date(2022, 9, 1), 10_000_00, works_a_month=4, impressions=1_000, outside_impressions=50, planning_sessions=2,
    specialist="周敏",
)  # fmt: skip


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=PLATFORM_ZONE)


def a_star(session: Session, handle: str, *, agency: str | None = None) -> int:
    """Store an account that meets the conditions: 200,000 followers, a tenth more than a month ago, verified."""
    creator = a_creator(session, handle, followers=200_000)
    session.execute(
        text("UPDATE creator SET real_name_verified = true, agency = :agency WHERE id = :id"),
        {"agency": agency, "id": creator},
    )
    for days, followers in ((40, 180_000), (31, 180_000), (1, 200_000)):
        session.add(
            AccountDay(
                creator_id=creator, day=date(2022, 8, 15) - timedelta(days=days), followers=followers,
                new_followers=0, lost_followers=0, profile_views=0, live_seconds=0,
            )
        )  # fmt: skip
    session.flush()
    return creator


def apply(session: Session, creator: int, now: datetime) -> str:
    return star_service.apply(session, creator_id=creator, by_agency=False, now=now).number


def signed(session: Session, creator: int, now: datetime, *, terms: StarTerms = TERMS) -> str:
    number = apply(session, creator, now)
    star_service.begin_screening(session, number=number, now=now)
    star_service.pass_screening(session, number=number, now=now)
    star_service.sign(session, number=number, terms=terms, now=now)
    return number


def works(session: Session, creator: int, *days: date) -> None:
    for day in days:
        session.add(
            Work(
                public_id=f"w{creator}-{day}", creator_id=creator, title="歌", kind="video", category="才艺",
                published_at=at(day.year, day.month, day.day), duration_seconds=60,
            )
        )  # fmt: skip
    session.flush()


class TestApply:
    def test_gives_a_number_and_stands_in_line(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            found = star_service.apply(session, creator_id=a_star(session, "star"), by_agency=False, now=now)

        assert (found.number, found.state, found.agency) == ("KS-20220815-0001", StarState.APPLIED, None)

    def test_counts_the_first_of_two(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star", agency="星途")
            apply(session, creator, now)

            with pytest.raises(AppliedAlready, match="KS-20220815-0001"):
                star_service.apply(session, creator_id=creator, by_agency=True, now=now)

    def test_waits_30_days_after_a_rejection(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            number = apply(session, creator, now)
            star_service.reject(session, number=number, reason="内容垂直度不够", now=now)

            with pytest.raises(AppliesTooSoon, match="9月14日起"):
                apply(session, creator, now + timedelta(days=29))

    def test_needs_the_conditions(self, database: Database, now: datetime) -> None:
        with database.writing() as session, pytest.raises(NotEligible, match="粉丝"):
            apply(session, a_creator(session, "small"), now)

    def test_names_the_agency_that_applies(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star", agency="星途")
            found = star_service.apply(session, creator_id=creator, by_agency=True, now=now)
            with pytest.raises(NoAgency):
                star_service.apply(session, creator_id=a_star(session, "alone"), by_agency=True, now=now)

        assert found.agency == "星途"


class TestOperators:
    def test_cannot_skip_a_step(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            number = apply(session, a_star(session, "star"), now)

            with pytest.raises(OperatorError, match=f"{number}: passed does not follow applied"):
                star_service.pass_screening(session, number=number, now=now)
            with pytest.raises(OperatorError, match=f"{number}: signed does not follow applied"):
                star_service.sign(session, number=number, terms=TERMS, now=now)

    @pytest.mark.parametrize("number", ["KS-20220815-0002", "KS-20220814-0001", "1", "", "KS-20220815-0001x"])
    def test_name_what_exists(self, database: Database, now: datetime, number: str) -> None:
        with database.writing() as session:
            apply(session, a_star(session, "star"), now)

            with pytest.raises(OperatorError, match="there is no Star application"):
                star_service.begin_screening(session, number=number, now=now)

    @pytest.mark.parametrize(
        ("terms", "problem"),
        [
            (replace(TERMS, starts_on=date(2022, 9, 2)), "first of a month"),
            (replace(TERMS, floor_fen=0), "above 0"),
            (replace(TERMS, floor_fen=1_200_000_01), "at most the yearly"),
            (replace(TERMS, starts_on=date(2022, 8, 1)), "applied for after"),
        ],
        ids=str,
    )
    def test_sign_only_what_is_allowed(
        self, database: Database, now: datetime, terms: StarTerms, problem: str
    ) -> None:
        with database.writing() as session, pytest.raises(OperatorError, match=problem):
            signed(session, a_star(session, "star"), now, terms=terms)

    def test_use_no_more_than_was_agreed(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            number = signed(session, creator, now)
            later = at(2022, 9, 5)
            star_guarantees.move_on(session, now=later)
            star_service.use(
                session, number=number, kind=StarUseKind.IMPRESSIONS, amount=999, note="", now=later
            )

            with pytest.raises(OperatorError, match="999 of 1000 impressions are used, 2 more are too many"):
                star_service.use(
                    session, number=number, kind=StarUseKind.IMPRESSIONS, amount=2, note="", now=later
                )
            assert service.balance(session, creator_id=creator).impressions == 999
        assert broken(database) == []


class TestMoveOn:
    def test_begins_and_ends_a_contract_on_its_days(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            signed(session, creator, now)
            states: list[StarState] = []
            for moment in (at(2022, 8, 31), at(2022, 9, 1), at(2023, 8, 31), at(2023, 9, 1)):
                star_guarantees.move_on(session, now=moment)
                states.append(star_service.contracts(session, creator_id=creator)[0].state)

        assert states == [StarState.SIGNED, StarState.RUNNING, StarState.RUNNING, StarState.ENDED]

    def test_gives_up_what_is_not_signed_in_time(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            number = apply(session, creator, now)
            star_service.begin_screening(session, number=number, now=now)
            star_service.pass_screening(session, number=number, now=now)

            assert star_guarantees.move_on(session, now=at(2022, 9, 6)) == 0
            assert star_guarantees.move_on(session, now=at(2022, 9, 7)) == 1
            [found] = star_service.contracts(session, creator_id=creator)
        assert (found.state, found.steps[-1].note) == (StarState.ENDED, "逾期未签，视为放弃本次签约资格")


class TestGrantGuarantees:
    def test_adds_the_gap_once_and_settles_it_on_the_15th(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            signed(session, creator, now)
            star_guarantees.move_on(session, now=at(2022, 9, 1))
            works(session, creator, *(date(2022, 9, day) for day in (1, 8, 15, 22)))
            service.post_transfer(
                session, gift("g", to=creator, fen=3_000_01, day=date(2022, 9, 10)), now=now
            )

            settled = [star_guarantees.grant_guarantees(session, now=at(2022, 10, day)) for day in (1, 2, 3)]
            lines = service.income(
                session, creator_id=creator, period=parse_period("month:9", on=date(2022, 10, 2))
            )
            [waiting] = service.balance(session, creator_id=creator).unsettled

        assert settled == [0, 1, 0]
        assert {line.item.program: line.amount_fen for line in lines}["star"] == 6_999_99
        assert waiting.first_on == date(2022, 10, 15)
        assert broken(database) == []

    def test_pays_the_part_that_was_done(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            signed(session, creator, now)
            star_guarantees.move_on(session, now=at(2022, 9, 1))
            works(session, creator, date(2022, 9, 3))
            star_guarantees.grant_guarantees(session, now=at(2022, 10, 2))
            [found] = star_service.contracts(session, creator_id=creator)

        assert found.benefits.topped_up_fen == 2_500_00

    def test_catches_up_with_missed_months_and_stops_at_the_cap(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            signed(session, creator, now, terms=StarTerms(date(2022, 9, 1), 500_000_00))
            star_guarantees.move_on(session, now=at(2022, 9, 1))

            assert star_guarantees.grant_guarantees(session, now=at(2024, 1, 2)) == 12
            [found] = star_service.contracts(session, creator_id=creator)

        assert [month.top_up_fen for month in found.months[:4]] == [500_000_00, 500_000_00, 200_000_00, 0]
        assert broken(database) == []


class TestStarApplication:
    def test_proposes_before_it_applies(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session, a_star(session, "star"))
            proposal = star_application(call, action="apply")
            assert isinstance(proposal, Proposal)
            before = star_application(call)

            done = commit_application(call, proposal.payload)
            after = star_application(call, apply_id="ks 20220815-0001")

        assert isinstance(before, Reply)
        assert before.facts == {"count": 0}
        assert "KS-20220815-0001" in done.text
        assert "8月29日" in done.text
        assert isinstance(after, Reply)
        assert after.text.startswith("快手之星 KS-20220815-0001：已报名，等待筛选。\n进度：8月15日报名。")
        assert [item.policy for item in done.citations] == ["star-application-rules"] * 2

    def test_applies_once_though_two_proposals_are_pressed(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session, a_star(session, "star"))
            proposals = [star_application(call, action="apply") for _ in range(2)]
            assert all(isinstance(item, Proposal) for item in proposals)
            commit_application(call, {"by_agency": False})

            with pytest.raises(AppliedAlready):
                commit_application(call, {"by_agency": False})

    @pytest.mark.parametrize("asked", ["KS-20220815-0001", "KS202208150001", "20220815", "0001", "1", "*", "%", "KS-", "x" * 900])  # fmt: skip
    def test_makes_another_creator_s_number_look_unknown(
        self, database: Database, call_of: CallOf, now: datetime, asked: str
    ) -> None:
        with database.writing() as session:
            apply(session, a_star(session, "star"), now)
            stranger = a_creator(session, "stranger")

            with pytest.raises(StarUnknown) as raised:
                star_application(call_of(session, stranger), apply_id=asked)
            with pytest.raises(StarUnknown) as unknown:
                star_application(call_of(session, stranger), apply_id="KS-20990101-0099")

        assert str(raised.value).replace(asked.strip()[:30], "") == str(unknown.value).replace(
            "KS-20990101-0099", ""
        )

    def test_tells_what_the_contract_gives_and_what_is_used(
        self, database: Database, call_of: CallOf, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_star(session, "star")
            number = signed(session, creator, now)
            star_guarantees.move_on(session, now=at(2022, 9, 1))
            star_service.use(
                session, number=number, kind=StarUseKind.PLANNING, amount=1, note="", now=at(2022, 9, 2)
            )
            reply = star_application(call_of(session, creator, on=date(2022, 9, 10)))

        assert isinstance(reply, Reply)
        assert "· 月保底 10,000.00 元，已补足 0.00 元，合同年最高 1,200,000.00 元" in reply.text
        assert "· 定制策划：已用 1 次，共 2 次" in reply.text
        assert "1 对 1 专属客服：周敏" in reply.text

    def test_refuses_in_words(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            call = call_of(session, a_creator(session, "small"))
            explained = star_application(call, action="eligibility")

            with pytest.raises(Refusal):
                star_application(call, action="apply")

        assert isinstance(explained, Reply)
        assert explained.facts["eligible"] is False

    def test_has_many_different_asks(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
