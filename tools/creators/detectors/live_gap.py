"""A host has not been on air for clearly longer than usual."""

from itertools import pairwise
from statistics import median_low

from tools.creators.detectors.facts import HABIT_DAYS, AccountFacts
from tools.creators.detectors.finding import Detector, Evidence, Finding, Weight, day_text

# Who was on air on fewer days is no host.
_FEWEST_LIVE_DAYS = 8
_GAP_DAYS = 5
_TIMES = 3


def _enough(facts: AccountFacts) -> bool:
    # Accounts that never go live have nothing to be judged: that is no lack of data.
    return not facts.live_on or len(facts.live_on) >= _FEWEST_LIVE_DAYS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the days off air at the period's end: five at least, three times the usual."""
    if not facts.live_on:
        return None
    days = (facts.window.last_day - facts.live_on[-1]).days
    usual = median_low([(later - earlier).days for earlier, later in pairwise(facts.live_on)])
    if days < max(_GAP_DAYS, _TIMES * usual):
        return None
    return Finding(
        "live_gap",
        "停播",
        Weight.DRIVER,
        min(days * 10_000 // 28, 10_000),
        Evidence(
            "连续未开播天数",
            f"截至{day_text(facts.window.last_day)}的 {HABIT_DAYS} 天",
            f"{len(facts.live_on)} 个开播日",
            f"{days}",
            f"{usual}",
        ),
        "{last}以后 {days} 天没有开播，你平时隔 {usual} 天播一场",
        "停播久了，老粉会去别的直播间，再开播时的场观要重新攒",
        "先开一场短的，提前一天发预告作品，时间放在你平时开播的点",
        {"last": day_text(facts.live_on[-1]), "days": days, "usual": usual},
    )


DETECTOR = Detector("live_gap", "开播", _enough, evaluate)
