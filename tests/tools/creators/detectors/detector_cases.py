"""For each detector, accounts on which it must fire and on which it must not: each changes one healthy account."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tools.creators.detectors.facts import (
    AccountFacts,
    DayFigures,
    Figures,
    OwnWork,
    Peer,
    PeerWork,
    WorkPlays,
)
from tools.creators.figures import Penalty
from tools.kernel.period import PLATFORM_ZONE, last_days

ON = date(2022, 8, 15)
WEEK = last_days(7, on=ON)
OWN = Figures(
    days=7,
    works_published=3,
    plays=10_000,
    completed_plays=3_200,
    follower_plays=2_500,
    watch_seconds=218_000,
    played_seconds=400_000,
    completed_seconds=128_000,
    interactions=550,
    comments=60,
    shares=50,
    work_followers=60,
    new_followers=80,
    lost_followers=20,
    profile_views=400,
)


def at(back: int, hour: int = 19) -> datetime:
    return datetime(ON.year, ON.month, ON.day, hour, 30, tzinfo=PLATFORM_ZONE) - timedelta(days=back)


def work(
    back: int,
    *,
    title: str = "",
    early: int | None = 2_000,
    category: str = "美食",
    seconds: int = 40,
    original: bool = True,
    hour: int = 19,
) -> OwnWork:
    return OwnWork(
        title=title or f"{_TITLES[back % len(_TITLES)]}{_TITLES[back * 3 % len(_TITLES)]}",
        kind="video",
        category=category,
        published_at=at(back, hour),
        seconds=seconds,
        original=original,
        plays=2 * (early or 1_000),
        early_plays=early if back >= 3 else None,
    )


_TITLES = (
    "锅包肉怎么炸",
    "早市豆腐脑",
    "酸菜馅的饺子",
    "拌大拉皮",
    "地三鲜少油",
    "炖大鹅",
    "烤冷面",
    "老冰棍",
    "熏肉大饼",
    "鸡架拌一拌",
    "西塔冷面",
)
POSTED = tuple(range(28, 0, -3))


def peer(number: int, *, hour: int = 19, **changes: int) -> Peer:
    """Return an account much like the healthy one, a little different from its neighbours."""
    figures = replace(OWN, plays=10_000 + 100 * number, watch_seconds=218_000 + 2_000 * number)
    return Peer(
        followers=10_000 + 100 * number,
        figures=replace(figures, **changes),
        plays_before=10_000 + 100 * number,
        works=tuple(PeerWork(at(back, hour), 40 + number, 3_000) for back in (30, 24, 18, 12, 8)),
        income_fen=100_000 + number * 1_000,
    )


PEERS = tuple(peer(number) for number in range(12))
HEALTHY = AccountFacts(
    window=WEEK,
    category="美食",
    followers=10_000,
    current=OWN,
    before=OWN,
    works=tuple(WorkPlays(f"作品{number}", 2_000) for number in range(5)),
    recent=tuple(work(back) for back in POSTED),
    posted_on=tuple(ON - timedelta(days=back) for back in POSTED),
    peers=PEERS,
    income_fen=100_000,
    days=tuple(DayFigures(ON - timedelta(days=back), 1_400, 10_000) for back in range(14, 0, -1)),
)


def own(**changes: int) -> AccountFacts:
    """Return the healthy account with other figures of the period."""
    return replace(HEALTHY, current=replace(OWN, **changes))


def always(**changes: int) -> AccountFacts:
    """Return the healthy account with other figures of the period and of the one before."""
    return replace(HEALTHY, current=replace(OWN, **changes), before=replace(OWN, **changes))


def small(facts: AccountFacts, parts: int) -> AccountFacts:
    """Return the account with so small a part of every figure of the period, at the same rates."""
    now = facts.current
    names = [name for name in Figures.__dataclass_fields__ if name not in {"days", "works_published"}]
    return replace(facts, current=replace(now, **{name: getattr(now, name) // parts for name in names}))


def posted(*back: int) -> AccountFacts:
    return replace(HEALTHY, posted_on=tuple(ON - timedelta(days=each) for each in sorted(back, reverse=True)))


def recent(*works: OwnWork) -> AccountFacts:
    return replace(HEALTHY, recent=tuple(sorted(works, key=lambda each: each.published_at)))


def penalty(back: int, severity: str) -> AccountFacts:
    found = Penalty(ON - timedelta(days=back), severity, "vulgarity", "1.4", "低俗")
    return replace(HEALTHY, penalties=(found,))


def live(*back: int) -> AccountFacts:
    return replace(HEALTHY, live_on=tuple(ON - timedelta(days=each) for each in sorted(back, reverse=True)))


def among(**changes: int) -> AccountFacts:
    """Return the healthy account among peers with other figures."""
    return replace(HEALTHY, peers=tuple(peer(number, **changes) for number in range(12)))


def earning(income_fen: int | None) -> AccountFacts:
    return replace(HEALTHY, income_fen=income_fen)


def _hours(*, better: int) -> AccountFacts:
    """Return the account, publishing at 19, among peers whose works at 12 get `better` percent of those at 19."""
    peers = tuple(
        replace(
            each,
            works=tuple(
                PeerWork(
                    at(back, 12 if back % 4 == 0 else 19),
                    40,
                    1_000 * (better if back % 4 == 0 else 100) // 100,
                )
                for back in (34, 32, 30, 28, 26, 24, 22, 20, 18, 14, 13)
            ),
        )
        for each in PEERS
    )
    return replace(HEALTHY, peers=peers)


def _busy(facts: AccountFacts) -> AccountFacts:
    """Return the account among peers that publish every other day."""
    works = tuple(PeerWork(at(back), 40, 3_000) for back in range(34, 0, -2))
    return replace(facts, peers=tuple(replace(each, works=works) for each in PEERS))


_DILUTED = [work(back, early=900) for back in (4, 5, 6, 7, 8, 9, 10, 11, 12)]
_AS_MANY = [work(back, early=900) for back in (4, 6, 8, 10, 12)]
_MONTH = [work(back) for back in (18, 21, 24, 27, 30, 33)]


@dataclass(frozen=True)
class Pair:
    """Where a detector must fire, and where it must not."""

    fires: tuple[AccountFacts, ...]
    quiet: tuple[AccountFacts, ...]


CASES = {
    "falling_plays": Pair(
        (own(plays=8_000), own(plays=1_000, completed_plays=320, follower_plays=250)),
        (
            own(plays=8_001),
            # As few plays as now were there in one of three weeks.
            replace(own(plays=7_000), earlier_plays=(10_000, 6_900, 12_000)),
            replace(own(plays=2_000), before=replace(OWN, days=4)),
            replace(own(plays=100), before=replace(OWN, plays=499)),
        ),
    ),
    "held_back_works": Pair(
        (
            recent(
                *[work(back) for back in POSTED if back > 9], *[work(back, early=500) for back in (9, 6, 3)]
            ),
        ),
        (
            recent(*[work(back) for back in POSTED if back > 3], work(3, early=500)),
            recent(
                *[work(back) for back in (24, 21, 18, 15)], *[work(back, early=500) for back in (9, 6, 3)]
            ),
            recent(
                *[work(back, early=200) for back in POSTED if back > 9],
                *[work(back, early=5) for back in (9, 6, 3)],
            ),
        ),
    ),
    "penalties": Pair(
        (penalty(90, "notice"), penalty(180, "general"), penalty(5, "serious")),
        (penalty(91, "notice"), penalty(181, "general")),
    ),
    "follower_loss": Pair(
        (own(new_followers=20, lost_followers=60),),
        (
            own(new_followers=19, lost_followers=20),
            own(new_followers=0, lost_followers=3),
            own(new_followers=0, lost_followers=90, days=2),
        ),
    ),
    "posting_gap": Pair(
        (posted(28, 25, 22, 8), posted(28, 25, 22, 12, 1)),
        (posted(30, 17, 14, 11, 8, 5, 2), posted(60, 50, 40, 30, 20, 9)),
    ),
    "live_gap": Pair(
        (live(40, 37, 34, 31, 28, 25, 22, 19, 12),),
        (live(40, 37, 34, 31, 28, 25, 22, 19, 2), live(40, 30, 20), live(50, 45, 40, 35, 30, 25, 20, 15, 10)),
    ),
    "falling_completion": Pair(
        (own(completed_plays=2_500), always(completed_plays=2_000)),
        (
            own(completed_plays=2_900),
            own(plays=400, completed_plays=100),
            small(own(completed_plays=2_700), 19),
        ),
    ),
    "weak_hook": Pair(
        (own(watch_seconds=150_000),),
        (
            own(watch_seconds=215_000),
            replace(own(watch_seconds=150_000), peers=PEERS[:7]),
            small(own(watch_seconds=150_000), 20),
        ),
    ),
    "duplicate_content": Pair(
        (
            recent(*[work(back, title="锅包肉的正宗做法，你学会了吗") for back in (12, 9, 6, 3)], work(2)),
            recent(*[work(back, original=back > 10) for back in POSTED]),
        ),
        (
            recent(
                *[work(back, title="锅包肉的正宗做法") for back in (12, 9)],
                *[work(back) for back in (21, 18, 15)],
            ),
            recent(*[work(back, original=back > 3) for back in POSTED]),
            recent(
                *[
                    replace(work(back, title="夜市人家 第1集"), kind="drama", series="夜市人家")
                    for back in POSTED
                ]
            ),
        ),
    ),
    "category_drift": Pair(
        (
            recent(
                *[work(back) for back in (45, 42, 39, 36)],
                *[work(back, category="汽车") for back in (18, 15, 12, 9, 6)],
            ),
            recent(*[work(back, category="汽车", early=500) for back in (18, 15, 12, 9, 6)]),
        ),
        (
            recent(
                *[work(back) for back in (21, 18, 15, 12)], work(6, category="汽车"), work(4, category="汽车")
            ),
            recent(*[work(back, category="汽车") for back in (45, 42, 39, 36, 18, 15, 12, 9, 6)]),
            recent(*[work(back, category="汽车") for back in (9, 6)]),
        ),
    ),
    "diluted_posting": Pair(
        (recent(*_MONTH, *_DILUTED),),
        (
            recent(*_MONTH, *[work(back) for back in (4, 5, 6, 7, 8, 9, 10)]),
            recent(*_MONTH, *[work(back, early=900) for back in (40, 42)], *_AS_MANY[:3]),
        ),
    ),
    "low_follower_views": Pair(
        (own(follower_plays=500),),
        (
            own(follower_plays=2_400),
            own(plays=60_000, follower_plays=2_500, completed_plays=19_200),
            small(own(follower_plays=500), 21),
        ),
    ),
    "few_strangers": Pair(
        (own(plays=6_000, follower_plays=4_500, completed_plays=1_900),),
        (
            own(plays=30_000, follower_plays=22_500, completed_plays=9_600),
            own(plays=6_000, follower_plays=2_300, completed_plays=1_900),
        ),
    ),
    "low_interaction": Pair(
        (own(interactions=300),),
        (
            own(interactions=500),
            replace(own(interactions=300), peers=PEERS[:7]),
            small(own(interactions=300), 21),
        ),
    ),
    "interaction_without_follows": Pair(
        (own(work_followers=20),),
        (own(work_followers=20, interactions=300), own(work_followers=55), small(own(work_followers=30), 15)),
    ),
    "visits_without_follows": Pair(
        (own(profile_views=1_000, work_followers=40),),
        (own(profile_views=1_000), own(profile_views=100, new_followers=5, work_followers=5)),
    ),
    "slow_growth": Pair(
        (replace(among(new_followers=300), current=replace(OWN, new_followers=90)),),
        (
            among(new_followers=60),
            replace(among(new_followers=300), followers=300, current=replace(OWN, new_followers=20)),
            replace(among(new_followers=300), current=replace(OWN, new_followers=0, lost_followers=90)),
        ),
    ),
    "one_work": Pair(
        (replace(HEALTHY, works=(WorkPlays("饺子", 5_000), *HEALTHY.works[1:])),),
        (
            replace(HEALTHY, works=(WorkPlays("饺子", 4_999), *HEALTHY.works[1:])),
            replace(HEALTHY, works=(WorkPlays("饺子", 9_000),)),
        ),
    ),
    "rare_posting": Pair(
        (_busy(posted(30, 25, 19, 13, 6)),),
        (
            posted(30, 25, 19, 13, 6),
            _busy(posted(28, 24, 21, 18, 15, 12, 9, 6, 3)),
            _busy(posted(30, 26, 25, 24, 23, 22, 9)),
            replace(_busy(posted(30, 25, 19, 13, 6)), live_on=(ON - timedelta(days=3),)),
        ),
    ),
    "video_length": Pair(
        (
            replace(always(completed_plays=2_000), recent=tuple(work(back, seconds=130) for back in POSTED)),
            replace(always(watch_seconds=90_000), recent=tuple(work(back, seconds=9) for back in POSTED)),
        ),
        (
            replace(HEALTHY, recent=tuple(work(back, seconds=130) for back in POSTED)),
            replace(
                always(completed_plays=2_000), recent=tuple(work(back, seconds=130) for back in (9, 6, 3))
            ),
        ),
    ),
    "unused_hours": Pair(
        (_hours(better=180),),
        (
            _hours(better=115),
            replace(
                _hours(better=180), recent=tuple(work(back, hour=12 if back % 2 else 19) for back in POSTED)
            ),
            replace(_hours(better=180), peers=_hours(better=180).peers[:5]),
        ),
    ),
    "low_comments": Pair(
        (own(comments=20),),
        (own(comments=55), own(comments=20, interactions=300), small(own(comments=35), 20)),
    ),
    "low_shares": Pair(
        (own(shares=15),), (own(shares=45), own(shares=15, interactions=300), small(own(shares=30), 20))
    ),
    "income_below_peers": Pair(
        (earning(40_000), earning(0)), (earning(60_000), earning(None), replace(earning(0), peers=PEERS[:7]))
    ),
}
