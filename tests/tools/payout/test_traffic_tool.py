from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.tools.payout.conftest import CallOf
from tests.tools.payout.rewarding import a_traffic_grant, a_work, an_account, at, plays_of
from tools.creators import service as creators
from tools.creators.models import Work
from tools.creators.service import WorkUnknown
from tools.kernel.agent_tool import Proposal, Reply
from tools.kernel.db import Database
from tools.payout import coupon_service
from tools.payout.coupon_service import CouponNotUsable, CouponUnknown, NoCoupon
from tools.payout.coupons import Delivery
from tools.payout.models import TrafficCoupon
from tools.payout.traffic_tool import TOOL, commit_use, traffic_boost

DAY = date(2022, 8, 15)


@pytest.fixture
def creator(database: Database) -> int:
    """Return laotie, with two works and a coupon of 500, beside a neighbour with a work and one of 7,777."""
    with database.writing() as session:
        creator, other = an_account(session, "laotie"), an_account(session, "neighbour")
        a_work(session, creator, at(date(2022, 8, 10)), title="老")
        a_work(session, creator, at(date(2022, 8, 14)), title="新")
        a_work(session, other, at(date(2022, 8, 14)), title="别人")
        a_traffic_grant(session, creator, 500, date(2022, 8, 14), key="own")
        a_traffic_grant(session, other, 7_777, date(2022, 8, 14), key="theirs")
        coupon_service.issue(session)
        return creator


def of(database: Database, source: str) -> int:
    with database.reading() as session:
        return session.scalars(select(TrafficCoupon.id).where(TrafficCoupon.source == source)).one()


class TestTrafficBoost:
    def test_lists_only_the_creators_coupons(self, database: Database, call_of: CallOf, creator: int) -> None:
        number = f"LQ{of(database, 'own'):06d}"
        with database.writing() as session:
            reply = traffic_boost(call_of(session, creator))

        assert isinstance(reply, Reply)
        assert reply.text == (
            f"你有 1 张流量券，共 500 次曝光：\n· {number}：500 次曝光（光合计划），8月21日 24:00 前有效"
        )
        assert [item.clause for item in reply.citations] == ["1.2", "1.4"]

    def test_proposes_the_latest_work_and_uses_the_coupon_when_confirmed(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            made = traffic_boost(call, action="use")
            assert isinstance(made, Proposal)
            assert session.get_one(TrafficCoupon, of(database, "own")).state == "available"
            reply = commit_use(call, made.payload)

            assert session.get_one(TrafficCoupon, of(database, "own")).state == "used"
        assert "作品：《新2》" in made.summary
        assert "（500 次曝光）已经投给《新2》，24 小时内投放完。" in reply.text

    def test_uses_a_coupon_once_when_two_messages_are_confirmed(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            made = [traffic_boost(call, action="use", work_ref=ref) for ref in ("latest", "previous")]
            payloads = [each.payload for each in made if isinstance(each, Proposal)]
            commit_use(call, payloads[0])

            with pytest.raises(CouponNotUsable):
                commit_use(call, payloads[1])

    @pytest.mark.parametrize("source", ["theirs", "none"])
    def test_refuses_anothers_coupon_by_its_number(
        self, database: Database, call_of: CallOf, creator: int, source: str
    ) -> None:
        number = of(database, "theirs") if source == "theirs" else 999_999
        with database.writing() as session:
            call = call_of(session, creator)
            work = session.scalars(select(Work.public_id).where(Work.title == "新2")).one()

            with pytest.raises(CouponUnknown):
                traffic_boost(call, action="use", coupon=f"LQ{number:06d}")
            with pytest.raises(CouponUnknown):
                traffic_boost(call, action="use", coupon="7777")
            with pytest.raises(CouponUnknown):
                commit_use(call, {"coupon": number, "work": work})

    def test_refuses_anothers_work(self, database: Database, call_of: CallOf, creator: int) -> None:
        coupon = of(database, "own")
        with database.writing() as session:
            call = call_of(session, creator)
            foreign = session.scalars(select(Work.public_id).where(Work.title == "别人3")).one()

            with pytest.raises(WorkUnknown):
                traffic_boost(call, action="use", work_ref=f"id:{foreign}")
            with pytest.raises(WorkUnknown):
                commit_use(call, {"coupon": coupon, "work": foreign})
            with pytest.raises(WorkUnknown):
                traffic_boost(call, action="effect", work_ref="title:别人")

    def test_refuses_a_coupon_that_ran_out_between_the_question_and_the_button(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            made = traffic_boost(call, action="use")
            assert isinstance(made, Proposal)

            with pytest.raises(CouponNotUsable, match="过期"):
                commit_use(replace(call, now=at(date(2022, 8, 22), 0)), made.payload)

    def test_says_when_there_is_none(self, database: Database, call_of: CallOf) -> None:
        with database.writing() as session:
            poor = an_account(session, "poor")
            a_work(session, poor, at(DAY, 9))
            reply = traffic_boost(call_of(session, poor))

            assert isinstance(reply, Reply)
            assert reply.text.startswith("你现在没有可用的流量券。")
            with pytest.raises(NoCoupon):
                traffic_boost(call_of(session, poor), action="use")

    def test_shows_plays_with_and_without_the_coupon(
        self, database: Database, call_of: CallOf, creator: int, now: datetime
    ) -> None:
        used_at = at(date(2022, 8, 14), 19)
        with database.writing() as session:
            [work] = [
                each for each in creators.works(session, creator_id=creator, on=DAY) if each.title == "老1"
            ]
            for back, plays in ((4, 900), (3, 500), (1, 300)):
                plays_of(session, work.id, DAY - timedelta(days=back), plays)
            row = coupon_service.use(
                session, coupon_id=of(database, "own"), creator_id=creator, work=work, now=used_at
            )
            delivery = Delivery(date(2022, 8, 14), 500, 42)
            coupon_service.record_delivery(session, coupon_id=row.id, delivery=delivery)

            reply = traffic_boost(call_of(session, creator), action="effect")

        assert isinstance(reply, Reply)
        assert reply.text.splitlines()[1:4] == [
            "· 投放 500 次曝光，带来 42 次播放，每 100 次曝光 8.4 次播放",
            "· 投放的 1 天一共 300 次播放：有券 42 次（14.0%），没券的自然播放 258 次，日均 258 次",
            "· 投放前 7 天里有数据的 2 天，自然播放日均 700 次",
        ]
        assert reply.facts["effects"][0]["organic_plays"] == 258

    def test_says_nothing_of_an_effect_before_there_are_figures(
        self, database: Database, call_of: CallOf, creator: int
    ) -> None:
        with database.writing() as session:
            call = call_of(session, creator)
            nothing = traffic_boost(call, action="effect")
            made = traffic_boost(call, action="use")
            assert isinstance(made, Proposal)
            commit_use(call, made.payload)
            waiting = traffic_boost(call, action="effect")

        assert isinstance(nothing, Reply)
        assert isinstance(waiting, Reply)
        assert nothing.text.startswith("你还没有用过流量券")
        assert "还在投放，已投放 0 次曝光" in waiting.text
        assert waiting.facts["effects"][0]["boosted_plays"] is None


class TestAsks:
    def test_are_many_and_different(self) -> None:
        assert len(set(TOOL.asks)) == len(TOOL.asks) >= 25
