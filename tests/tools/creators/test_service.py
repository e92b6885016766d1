from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tools.creators import service
from tools.creators.models import AccountDay, Creator, LinkCode, Violation, Work, WorkDay
from tools.creators.service import LinkProblem
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE, Period, last_days

TELEGRAM = "telegram"


def a_work(session: Session, creator: int, number: int, published: datetime, **fields: object) -> int:
    work = Work(
        **{
            "public_id": f"3xwork{number}",
            "creator_id": creator,
            "title": f"作品{number}",
            "kind": "video",
            "category": "美食",
            "published_at": published,
            "duration_seconds": 30,
            "original": True,
            **fields,
        }
    )
    session.add(work)
    session.flush()
    return work.id


def a_work_day(session: Session, work: int, day: date, plays: int) -> None:
    session.add(
        WorkDay(
            work_id=work, day=day, plays=plays, completed_plays=plays // 4, follower_plays=plays // 5,
            watch_seconds=plays * 10, likes=plays // 20, comments=1, shares=2, favourites=3, new_followers=4,
        )
    )  # fmt: skip


def account_days(session: Session, creator: int, *, until: date, days: int, start: int, gained: int) -> None:
    for number in range(days):
        session.add(
            AccountDay(
                creator_id=creator,
                day=until - timedelta(days=days - 1 - number),
                followers=start + gained * (number + 1),
                new_followers=gained,
                lost_followers=0,
                profile_views=0,
                live_seconds=3_600,
            )
        )
    session.flush()


class TestFindAccount:
    def test_finds_by_handle_with_or_without_the_at_sign(self, story: Database) -> None:
        with story.reading() as session:
            plain = service.find_account(session, handle="laotie")
            marked = service.find_account(session, handle=" @laotie ")

        assert plain is not None
        assert plain == marked
        assert plain.nickname == "老铁食堂"

    def test_finds_nothing_for_an_unknown_handle(self, story: Database) -> None:
        with story.reading() as session:
            assert service.find_account(session, handle="nobody") is None


class TestFindByName:
    def test_finds_the_original_and_not_its_impostor(self, story: Database) -> None:
        with story.reading() as session:
            by_nickname = service.find_by_name(session, name="木匠老陈")
            by_handle = service.find_by_name(session, name="yuanchuang")

        assert [found.handle for found in by_nickname] == ["yuanchuang"]
        assert by_handle == by_nickname


class TestRedeemLinkCode:
    def test_links_once_with_the_code_in_any_spelling(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            code = service.issue_link_code(session, creator_id=creator, now=now)

            typed = f" {code[:4].lower()}-{code[4:]} "
            linked = service.redeem_link_code(session, channel=TELEGRAM, address="42", code=typed, now=now)

            assert isinstance(linked, service.Account)
            assert linked.id == creator
            assert service.linked_creator(session, channel=TELEGRAM, address="42") == creator

    def test_returns_the_account_again_to_who_is_linked_and_used_to_others(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            code = service.issue_link_code(session, creator_id=a_creator(session, "laotie"), now=now)
            first = service.redeem_link_code(session, channel=TELEGRAM, address="1", code=code, now=now)

            again = service.redeem_link_code(session, channel=TELEGRAM, address="1", code=code, now=now)
            other = service.redeem_link_code(session, channel=TELEGRAM, address="2", code=code, now=now)

            assert again == first
            assert other is LinkProblem.USED
            assert service.linked_creator(session, channel=TELEGRAM, address="2") is None

    def test_refuses_a_code_after_ten_minutes(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            code = service.issue_link_code(session, creator_id=a_creator(session, "laotie"), now=now)

            late = service.redeem_link_code(
                session, channel=TELEGRAM, address="1", code=code, now=now + timedelta(minutes=10)
            )

            assert late is LinkProblem.EXPIRED

    def test_voids_the_earlier_code_when_a_new_one_is_issued(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            earlier = service.issue_link_code(session, creator_id=creator, now=now)
            later = service.issue_link_code(session, creator_id=creator, now=now)

            void = service.redeem_link_code(session, channel=TELEGRAM, address="1", code=earlier, now=now)
            good = service.redeem_link_code(session, channel=TELEGRAM, address="1", code=later, now=now)

            assert void is LinkProblem.WRONG
            assert isinstance(good, service.Account)

    def test_pauses_an_address_after_five_wrong_codes_and_only_that_one(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as session:
            code = service.issue_link_code(session, creator_id=a_creator(session, "laotie"), now=now)

            def redeem(address: str, text: str, at: datetime) -> object:
                return service.redeem_link_code(session, channel=TELEGRAM, address=address, code=text, now=at)

            wrong = [redeem("1", "AAAABBBB", now) for _ in range(5)]
            paused = redeem("1", code, now)
            elsewhere = redeem("2", "AAAABBBB", now)
            later = redeem("1", "AAAABBBB", now + timedelta(minutes=16))

        assert wrong == [LinkProblem.WRONG] * 5
        assert paused is LinkProblem.TOO_MANY_ATTEMPTS
        assert elsewhere is LinkProblem.WRONG
        assert later is LinkProblem.WRONG

    def test_moves_an_address_to_the_creator_of_the_new_code(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            first, second = a_creator(session, "laotie"), a_creator(session, "xinren")
            service.link_directly(session, channel=TELEGRAM, address="1", creator_id=first, now=now)
            code = service.issue_link_code(session, creator_id=second, now=now)

            service.redeem_link_code(session, channel=TELEGRAM, address="1", code=code, now=now)

            assert service.linked_creator(session, channel=TELEGRAM, address="1") == second

    def test_stores_no_code_that_could_be_read(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            code = service.issue_link_code(session, creator_id=a_creator(session, "laotie"), now=now)

            [stored] = session.scalars(select(LinkCode.code_hash)).all()

        assert len(code) == 8
        assert not set(code) & set("01OIL")
        assert code not in stored

    def test_words_every_problem_in_chinese(self) -> None:
        assert all(problem.words.endswith("。") for problem in LinkProblem)


class TestUnlink:
    def test_lets_the_address_speak_for_nobody(self, database: Database, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            service.link_directly(session, channel=TELEGRAM, address="1", creator_id=creator, now=now)

            assert service.unlink(session, channel=TELEGRAM, address="1")
            assert not service.unlink(session, channel=TELEGRAM, address="1")
            assert service.linked_creator(session, channel=TELEGRAM, address="1") is None


class TestWorks:
    def test_lists_the_newest_first_with_totals_up_to_the_day(
        self, database: Database, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            old = a_work(session, creator, 1, now - timedelta(days=3))
            new = a_work(session, creator, 2, now - timedelta(days=1))
            a_work(session, creator, 3, now + timedelta(days=1))
            for back, plays in ((3, 100), (2, 50), (-1, 7_000)):
                a_work_day(session, old, on - timedelta(days=back), plays)

            found = service.works(session, creator_id=creator, on=on)

        assert [work.id for work in found] == [new, old]
        assert (found[1].plays, found[1].completed_plays, found[1].likes) == (150, 37, 7)
        assert found[0].plays == 0

    def test_keeps_to_the_period_and_the_limit(self, platform: Database, on: date) -> None:
        with platform.reading() as session:
            laotie = service.find_account(session, handle="laotie")
            assert laotie
            week = service.works(session, creator_id=laotie.id, on=on, period=last_days(7, on=on))
            two = service.works(session, creator_id=laotie.id, on=on, limit=2)

        assert [work.title for work in week] == [
            "探店：新开的东北菜自助，我吃了三盘",
            "试了试网红空气炸锅炸锅包肉",
            "停更十天回来了，跟大家唠唠",
        ]
        assert two == week[:2]


class TestResolveWork:
    def test_finds_the_most_and_the_least_played(self, platform: Database, on: date) -> None:
        with platform.reading() as session:
            laotie = service.find_account(session, handle="laotie")
            assert laotie
            most = service.resolve_work(session, creator_id=laotie.id, work_ref="top_views", on=on)
            least = service.resolve_work(session, creator_id=laotie.id, work_ref="worst_views", on=on)
            every = service.works(session, creator_id=laotie.id, on=on, limit=100)

        assert most.title == "正宗锅包肉，醋要这么烹"
        assert most.plays == max(work.plays for work in every)
        assert least.plays == min(work.plays for work in every)

    def test_never_finds_another_creators_work(self, platform: Database, on: date) -> None:
        with platform.reading() as session:
            yuanchuang = service.find_account(session, handle="yuanchuang")
            fangmao = service.find_account(session, handle="fangmao")
            assert yuanchuang
            assert fangmao
            theirs = service.works(session, creator_id=yuanchuang.id, on=on, limit=1)[0]

            with pytest.raises(service.WorkUnknown):
                service.resolve_work(session, creator_id=fangmao.id, work_ref=f"id:{theirs.public_id}", on=on)

    def test_refuses_the_least_played_before_any_work_has_a_whole_day(
        self, database: Database, on: date, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            a_work(session, creator, 1, now)

            assert (
                service.resolve_work(session, creator_id=creator, work_ref="latest", on=on).title == "作品1"
            )
            with pytest.raises(service.WorkUnknown):
                service.resolve_work(session, creator_id=creator, work_ref="worst_views", on=on)


class TestFacts:
    def test_counts_windows_of_whole_days_before_the_day(self, database: Database, on: date) -> None:
        midnight = datetime(2022, 8, 15, tzinfo=PLATFORM_ZONE)
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            account_days(session, creator, until=on, days=32, start=1_000, gained=10)
            for number, moment in enumerate(
                (
                    midnight - timedelta(days=30),
                    midnight - timedelta(days=30, seconds=1),
                    midnight - timedelta(seconds=1),
                    midnight,
                )
            ):
                a_work(session, creator, number, moment.astimezone(UTC))
            a_work(session, creator, 10, midnight - timedelta(days=2), kind="live")
            a_work(session, creator, 11, midnight - timedelta(days=2), original=False)

            found = service.facts(session, creator_id=creator, on=on)

        assert found.original_works_30d == 2
        assert found.followers == 1_000 + 31 * 10
        assert found.follower_growth_30d_bp == 300 * 10_000 // 1_010
        assert found.live_seconds_30d == 30 * 3_600

    def test_grows_from_the_first_known_count_when_older_days_are_missing(
        self, database: Database, on: date
    ) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            account_days(session, creator, until=on - timedelta(days=1), days=5, start=1_000, gained=40)

            assert service.facts(session, creator_id=creator, on=on).follower_growth_30d_bp == 2_000

    def test_counts_penalties_with_points_and_no_notices(self, database: Database, on: date) -> None:
        with database.writing() as session:
            creator = a_creator(session, "laotie")
            for back, severity in (
                (1, "notice"),
                (90, "general"),
                (91, "serious"),
                (180, "general"),
                (181, "general"),
            ):
                session.add(
                    Violation(
                        creator_id=creator,
                        day=on - timedelta(days=back),
                        severity=severity,
                        policy="vulgarity",
                        clause="1.4",
                        note="低俗",
                    )
                )
            session.flush()

            found = service.facts(session, creator_id=creator, on=on)

        assert (found.violations_90d, found.violations_180d, found.serious_violations_90d) == (1, 3, 0)

    def test_counts_series_of_five_episodes(self, database: Database, on: date, now: datetime) -> None:
        with database.writing() as session:
            creator = a_creator(session, "duanju")
            for number, series in enumerate("归归归归归途途途途"):
                a_work(session, creator, number, now - timedelta(days=2), kind="drama", series=series)

            assert service.facts(session, creator_id=creator, on=on).drama_series_5_episodes == 1

    def test_knows_no_shop_before_it_opened(self, database: Database, on: date) -> None:
        with database.writing() as session:
            creator = session.get_one(Creator, a_creator(session, "dianshang"))
            creator.shop_opened_on, creator.shop_score_hundredths = on - timedelta(days=3), 480
            session.flush()

            today = service.facts(session, creator_id=creator.id, on=on)
            before = service.facts(session, creator_id=creator.id, on=on - timedelta(days=4))

        assert (today.shop_opened, today.shop_score_hundredths, today.shop_days) == (True, 480, 3)
        assert (before.shop_opened, before.shop_score_hundredths, before.shop_days) == (False, 0, 0)


class TestFactsOfAll:
    def test_says_the_same_of_everybody_as_facts_of_each(self, platform: Database, on: date) -> None:
        with platform.reading() as session:
            everybody = list(service.facts_of_all(session, on=on, at_once=100))

            assert len(everybody) == service.count(session)
            assert len({account.id for account, _ in everybody}) == len(everybody)
            active = {
                account.id
                for account, _ in service.facts_of_all(session, on=on, active_on=on - timedelta(days=1))
            }
            day = Period(on - timedelta(days=1), on, "")
            days = service.days(session, creator_ids=[account.id for account, _ in everybody], period=day)
            assert active == {
                creator_id
                for creator_id, found in days.items()
                if found.published or any(figures.live_seconds for figures in found.days.values())
            }
            for account, found in everybody[::40]:
                assert service.facts(session, creator_id=account.id, on=on) == found
                assert service.account(session, creator_id=account.id) == account
