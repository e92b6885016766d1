"""The demo's briefs and orders: invitations that wait, quotes, one order in revision, one settled. All brands are invented."""

from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from tools.commerce.orders import brand_side, briefs_file, queries, service
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.creators import service as creators
from tools.kernel.money import FEN_PER_YUAN
from tools.kernel.period import PLATFORM_ZONE
from tools.payout import service as payout


class _Row(NamedTuple):
    key: str
    brand: str
    title: str
    wants: str
    category: str | None
    audience: str
    kind: str
    budget_yuan: int
    price_yuan: int
    ceiling_yuan: int
    days: int  # until the deadline
    forbidden: list[str]


_BRIEFS: Final = (
    _Row(
        "BF-2208001", "灶台记", "不粘锅夏季新品", "实拍做一道家常菜，自然露出锅具 10 秒以上", "美食",
        "followers >= 5000 && violations_90d == 0", "fixed", 8_000, 800, 800, 12, ["最好用", "永不粘"],
    ),
    _Row(
        "BF-2208002", "鲜到家", "产地直发水果", "产地实拍，讲清楚怎么挑、几天能到", "三农",
        "followers >= 10000 && violations_90d == 0", "bid", 20_000, 2_000, 2_000, 20, ["全网最低价"],
    ),
    _Row(
        "BF-2208003", "匠心工坊", "木工电动工具", "用工具完成一件作品，展示过程", "手工",
        "followers >= 50000 && violations_180d == 0", "bid", 30_000, 6_000, 6_000, 25, ["国家级"],
    ),
    _Row(
        "BF-2208004", "云上音箱", "随身小音箱", "拍出户外或厨房里的使用场景", None,
        "followers >= 3000 && serious_violations_90d == 0", "effect", 50_000, 15, 3_000, 30, ["第一", "顶级"],
    ),
    _Row(
        "BF-2208005", "星澜护肤", "巡演同款防晒", "演出日常植入，口播不少于 15 秒", None,
        "followers >= 1000000", "fixed", 300_000, 60_000, 60_000, 18, ["医用", "根治"],
    ),
    _Row(
        "BF-2208006", "酱心", "家常黄豆酱", "用酱做一道下饭菜，口播一句品牌名", "美食",
        "followers >= 10000 && violations_90d == 0", "fixed", 6_000, 600, 600, 10, ["零添加", "治病"],
    ),
    _Row(
        "BF-2207001", "老榆木家具", "夏天的一把椅子", "讲一个榫卯的做法", "手工",
        "followers >= 50000", "fixed", 10_000, 5_000, 5_000, 3, ["绝版"],
    ),
)  # fmt: skip
# Accounts of the demo's town that quoted too: with them peers are enough for a range.
_TOWN: Final = ("town14", "town15", "town16", "town17", "town18", "town19", "town20")
_TOWN_YUAN, _TOWN_STEP_YUAN = 700, 130
_MORNING: Final = time(9)


def load(session: Session, *, on: date) -> None:
    """Make the briefs and orders exist; once they are there, nothing changes."""
    if queries.brief_by_key(session, key=_BRIEFS[0].key) is not None:
        return
    month_ago = _at(on, days=25)
    for brief in (_brief(row, on=on, now=month_ago) for row in _BRIEFS):
        briefs_file.store(session, brief, now=month_ago)
    _settled(session, on=on)
    _invited(session, "laotie", "BF-2208006", now=_at(on, days=1) + timedelta(hours=9))
    _invited(session, "mingxing", "BF-2208005", now=_at(on, days=0))
    _quoted(session, "dianshang", "BF-2208002", 1_500, now=_at(on, days=2))
    for place, handle in enumerate(_TOWN):
        _quoted(session, handle, "BF-2208002", _TOWN_YUAN + place * _TOWN_STEP_YUAN, now=_at(on, days=9))
    payout.settle_due(session, now=_at(on, days=0))


def _settled(session: Session, *, on: date) -> None:
    """Let yuanchuang have done an order: accepted before a work of last month came out, which the brand accepted."""
    account = creators.find_account(session, handle="yuanchuang")
    if account is None:
        return
    for work in creators.works(session, creator_id=account.id, on=on):
        published = work.published_at
        if work.original and _at(on, days=24) + timedelta(days=2) < published < _at(on, days=8):
            row = _invited(session, "yuanchuang", "BF-2207001", now=published - timedelta(days=2))
            if row is None:
                return
            service.accept(
                session,
                creator_id=account.id,
                order_id=row.id,
                now=published - timedelta(days=2) + timedelta(hours=3),
            )
            ref = f"id:{work.public_id}"
            day_after = published + timedelta(days=1)
            service.submit(session, creator_id=account.id, order_id=row.id, work_ref=ref, now=day_after)
            brand_side.approve(session, number=row.number, now=published + timedelta(days=2))
            return


def _invited(session: Session, handle: str, key: str, *, now: datetime) -> BrandOrder | None:
    account = creators.find_account(session, handle=handle)
    if account is None or not _may(session, account.id, key, now=now):
        return None
    return brand_side.invite(session, key=key, creator_id=account.id, now=now)


def _quoted(session: Session, handle: str, key: str, price_yuan: int, *, now: datetime) -> None:
    account = creators.find_account(session, handle=handle)
    if account is not None and _may(session, account.id, key, now=now):
        service.quote(
            session, creator_id=account.id, brief_key=key, price_fen=price_yuan * FEN_PER_YUAN, now=now
        )


def _may(session: Session, creator_id: int, key: str, *, now: datetime) -> bool:
    """Whether the account meets the conditions: tests load the demo over accounts of their own."""
    brief = brand_side.brief_called(session, key)
    on = now.astimezone(PLATFORM_ZONE).date()
    return service.eligibility(session, creator_id=creator_id, on=on, brief=brief).passed


def _brief(row: _Row, *, on: date, now: datetime) -> BrandBrief:
    return BrandBrief(
        key=row.key,
        brand=row.brand,
        title=row.title,
        wants=row.wants,
        category=row.category,
        audience=row.audience,
        kind=row.kind,
        budget_fen=row.budget_yuan * FEN_PER_YUAN,
        price_fen=row.price_yuan * FEN_PER_YUAN,
        ceiling_fen=row.ceiling_yuan * FEN_PER_YUAN,
        deadline=on + timedelta(days=row.days),
        forbidden=list(row.forbidden),
        imported_at=now,
    )


def _at(on: date, *, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), _MORNING, PLATFORM_ZONE)
