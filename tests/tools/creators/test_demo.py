from datetime import date, timedelta

from sqlalchemy import select

from knowledge.read import PACKAGED_POLICIES, read_policies
from tools.creators import demo, service
from tools.creators.demo_climbers import CLIMBERS
from tools.creators.invariants import INVARIANTS
from tools.creators.models import AccountDay, Creator, Violation, Work
from tools.creators.service import CreatorFacts, Tier
from tools.kernel.db import Database

HANDLES = ("laotie", "xinren", "duanju", "zhubo", "dianshang", "mingxing", "yuanchuang", "fangmao")


def facts_of(story: Database, handle: str, on: date) -> CreatorFacts:
    with story.reading() as session:
        account = service.find_account(session, handle=handle)
        assert account
        return service.facts(session, creator_id=account.id, on=on)


class TestLoad:
    def test_breaks_no_invariant(self, platform: Database) -> None:
        with platform.reading() as session:
            assert [list(invariant.violations(session)) for invariant in INVARIANTS] == [[]] * len(INVARIANTS)

    def test_changes_nothing_the_second_time(self, platform: Database, on: date) -> None:
        def rows() -> list[tuple[object, ...]]:
            with platform.reading() as session:
                return [tuple(row) for row in session.execute(select(Creator.__table__).order_by(Creator.id))]

        before = rows()
        with platform.writing() as session:
            demo.load(session, on=on)
            demo.load(session, on=on + timedelta(days=40))

        assert rows() == before

    def test_ends_the_day_before_whatever_the_day_is(self, database: Database) -> None:
        on = date(2024, 3, 1)
        with database.writing() as session:
            demo.load(session, on=on)

            laotie = service.find_account(session, handle="laotie")
            assert laotie
            assert service.last_day_with_figures(session, creator_id=laotie.id, on=on) == date(2024, 2, 29)
            assert service.facts(session, creator_id=laotie.id, on=on).original_works_30d == 12

    def test_has_days_from_july_to_the_day_before(self, story: Database, on: date) -> None:
        with story.reading() as session:
            days = session.scalars(
                select(AccountDay.day)
                .join(Creator, Creator.id == AccountDay.creator_id)
                .where(Creator.handle == "laotie")
                .order_by(AccountDay.day)
            ).all()

        assert (days[0], days[-1], len(days)) == (date(2022, 7, 1), on - timedelta(days=1), 45)

    def test_has_neighbours_for_comparison(self, story: Database) -> None:
        with story.reading() as session:
            everybody = session.scalars(select(Creator.handle)).all()

        assert len(everybody) == 300 + len(HANDLES) + len(CLIMBERS)
        assert set(HANDLES) < set(everybody)


class TestLaotie:
    def test_qualifies_for_guanghe_and_misses_youchuang_by_growth_alone(
        self, story: Database, on: date
    ) -> None:
        found = facts_of(story, "laotie", on)

        assert 12_300 <= found.followers < 12_400
        assert found.original_works_30d >= 8
        assert (found.violations_90d, found.serious_violations_90d) == (0, 0)
        assert 0 < found.follower_growth_30d_bp < 1_000

    def test_has_one_notice_for_a_rule_that_exists(self, story: Database) -> None:
        with story.reading() as session:
            [(severity, policy, clause, title)] = session.execute(
                select(Violation.severity, Violation.policy, Violation.clause, Work.title)
                .join(Work, Work.id == Violation.work_id)
                .join(Creator, Creator.id == Work.creator_id)
                .where(Creator.handle == "laotie")
            ).all()
        known = {
            (each.policy, each.clause) for rules in read_policies(PACKAGED_POLICIES) for each in rules.clauses
        }

        assert severity == "notice"
        assert (policy, clause) in known
        assert "全网最低价" in title

    def test_has_more_than_twenty_works(self, story: Database, on: date) -> None:
        with story.reading() as session:
            account = service.find_account(session, handle="laotie")
            assert account
            assert len(service.works(session, creator_id=account.id, on=on)) == 23


class TestTheOthers:
    def test_xinren_grows_by_a_fifth_below_ten_thousand(self, story: Database, on: date) -> None:
        found = facts_of(story, "xinren", on)

        assert 5_000 <= found.followers < 5_100
        assert found.follower_growth_30d_bp >= 2_000
        assert found.original_works_30d >= 4

    def test_duanju_has_series_of_every_level(self, story: Database, on: date) -> None:
        with story.reading() as session:
            account = service.find_account(session, handle="duanju")
            assert account
            works = service.works(session, creator_id=account.id, on=on)

        levels = {(work.series, work.drama_level) for work in works}
        assert {level for _, level in levels} == {"S+", "S", "A", "P"}
        # The level belongs to the drama, not to its episodes (policy drama-revenue-rules 2.1).
        assert len(levels) == len({series for series, _ in levels}) == 4
        assert facts_of(story, "duanju", on).drama_series_5_episodes == 3

    def test_zhubo_was_live_for_twenty_hours(self, story: Database, on: date) -> None:
        assert facts_of(story, "zhubo", on).live_seconds_30d >= 20 * 3_600

    def test_dianshang_has_a_young_shop_with_a_good_score(self, story: Database, on: date) -> None:
        found = facts_of(story, "dianshang", on)

        assert found.shop_opened
        assert found.shop_days < 90
        assert found.shop_score_hundredths == 470

    def test_mingxing_is_a_verified_star_with_an_agency(self, story: Database, on: date) -> None:
        with story.reading() as session:
            account = service.find_account(session, handle="mingxing")
        found = facts_of(story, "mingxing", on)

        assert account
        assert account.tier is Tier.FROM_1M
        assert account.real_name_verified
        assert account.agency
        # What a Star applicant needs (policy star-application-rules 1.1 and 1.2).
        assert found.follower_growth_30d_bp >= 500
        assert found.violations_180d == 0

    def test_the_impostor_copies_name_and_works_later(self, story: Database, on: date) -> None:
        with story.reading() as session:
            original, impostor = (
                service.find_account(session, handle=name) for name in ("yuanchuang", "fangmao")
            )
            assert original
            assert impostor
            theirs = {work.title: work for work in service.works(session, creator_id=original.id, on=on)}
            copies = service.works(session, creator_id=impostor.id, on=on)

        assert sum(a != b for a, b in zip(original.nickname, impostor.nickname, strict=True)) == 1
        assert impostor.joined_on > date(2022, 7, 1)
        assert all(theirs[copy.title].published_at < copy.published_at for copy in copies)
        assert not any(copy.original for copy in copies)
        assert all(work.original for work in theirs.values())


class TestTheTown:
    def test_breaks_only_rules_that_exist(self, story: Database) -> None:
        known = {
            (each.policy, each.clause) for rules in read_policies(PACKAGED_POLICIES) for each in rules.clauses
        }
        with story.reading() as session:
            broken = {tuple(row) for row in session.execute(select(Violation.policy, Violation.clause))}

        assert broken <= known
