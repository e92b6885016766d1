"""The works are longer or shorter than nine tenths of the peers', and are watched less for it."""

from statistics import median_low

from tools.creators.detectors.facts import HABIT_DAYS, PEER_HABIT_DAYS, AccountFacts, Figures
from tools.creators.detectors.finding import (
    Detector,
    Evidence,
    Finding,
    Weight,
    day_text,
    enough_plays,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import FEWEST_PEERS, Standing, rate_standing, well_below
from tools.kernel.money import rate_text

_FEWEST_WORKS = 5
_FEWEST_PEER_WORKS = 40
_LATEST_WORKS = 10


def _completed(figures: Figures) -> tuple[int, int]:
    return figures.completed_plays, figures.plays


def _watched(figures: Figures) -> tuple[int, int]:
    return figures.watch_seconds, figures.plays


def _own(facts: AccountFacts) -> list[int]:
    return [work.seconds for work in facts.recent][-_LATEST_WORKS:]


def _theirs(facts: AccountFacts) -> list[int]:
    return sorted(work.seconds for peer in facts.peers for work in peer.works)


def _enough(facts: AccountFacts) -> bool:
    return (
        enough_plays(facts)
        and len(facts.peers) >= FEWEST_PEERS
        and len(_own(facts)) >= _FEWEST_WORKS
        and len(_theirs(facts)) >= _FEWEST_PEER_WORKS
    )


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return works too long that few finish, or too short to be watched for long."""
    own, theirs = median_low(_own(facts)), _theirs(facts)
    shortest, longest = theirs[len(theirs) // 10], theirs[len(theirs) * 9 // 10]
    if own > longest:
        return _finding(facts, own, theirs, rate_standing(facts, _completed), too_long=True)
    if own < shortest:
        return _finding(facts, own, theirs, rate_standing(facts, _watched), too_long=False)
    return None


def _finding(
    facts: AccountFacts, own: int, theirs: list[int], standing: Standing | None, *, too_long: bool
) -> Finding | None:
    if standing is None or not well_below(standing):
        return None
    now = facts.current
    tenths = now.watch_seconds * 10 // now.plays
    watched = rate_text(*_completed(now)) if too_long else f"{tenths // 10}.{tenths % 10} 秒"
    peers = standing.place
    # The seconds of a play are no rate: their median is said in words that fit.
    middle = peers.median if too_long else f"{standing.median / 10_000:.1f} 秒"
    return Finding(
        "video_length",
        "作品偏长" if too_long else "作品偏短",
        Weight.SIDE,
        shortfall_bp(standing.own, standing.median),
        Evidence(
            "作品时长中位数",
            f"截至{day_text(facts.window.last_day)}的 {PEER_HABIT_DAYS} 天",
            f"{len(theirs)} 条同类作品",
            f"{own} 秒",
            None,
            peers,
        ),
        "最近 {works} 条（近 {days} 天）的时长中位数是 {own} 秒，同类 {peer_works} 条的中位数是 {length_median} 秒；"
        + ("完播率 {watched}" if too_long else "平均播放时长 {watched}")
        + "，同类中位数 {middle}",
        "比同类长出一截，多数人看不到结尾" if too_long else "太短，还没来得及留下印象就结束了",
        "下一条只留一个看点，剪到同类常见的长度，再比一比完播"
        if too_long
        else "下一条把过程多留几个镜头，拍到同类常见的长度",
        {
            "works": len(_own(facts)),
            "days": HABIT_DAYS,
            "own": own,
            "peer_works": len(theirs),
            "length_median": median_low(theirs),
            "watched": watched,
            "middle": middle,
            **peer_facts(peers),
        },
    )


DETECTOR = Detector("video_length", "作品时长", _enough, evaluate)
