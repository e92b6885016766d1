"""More followers left than came, by more than chance."""

from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import FEWEST_DAYS, Detector, Evidence, Finding, Weight
from tools.creators.detectors.growth import growth_standing

_FEWEST_POSTS = 3
# Followers are lost slowly: a percent a week is as bad as half of the plays.
_BP_OF_ONE_PERCENT_A_WEEK = 5_000
# Come and gone are counts: their difference is within twice the root of their sum nineteen times in twenty.
_SIGMAS_SQUARED = 4


def _enough(facts: AccountFacts) -> bool:
    return facts.current.days >= FEWEST_DAYS


def lost_net(facts: AccountFacts) -> int:
    """Return how many followers were lost on balance, 0 where none or where it may be chance."""
    now = facts.current
    net = max(-now.net_followers, 0)
    return net if net * net > _SIGMAS_SQUARED * (now.new_followers + now.lost_followers) else 0


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the loss, beside the growth of the peers."""
    if not (net := lost_net(facts)):
        return None
    now = facts.current
    weekly = net * 7 * 100 * _BP_OF_ONE_PERCENT_A_WEEK // (now.days * max(facts.followers, 1))
    standing = growth_standing(facts)
    return Finding(
        "follower_loss",
        "掉粉",
        Weight.DIRECT,
        min(weekly, 10_000),
        Evidence(
            "净增粉丝",
            facts.window.words,
            f"{now.days} 天",
            f"-{net}",
            f"{facts.before.net_followers}" if facts.comparable else None,
            standing.place if standing else None,
        ),
        "新增 {gained} 个粉丝，取关 {lost} 个，净减 {net} 个",
        "没有新作品的时候，取关每天都有，新增却补不上"
        if now.works_published < _FEWEST_POSTS
        else "新作品的内容可能和老粉丝当初关注你的原因不太一样",
        "翻一下涨粉最多的那几条作品，接着拍同一类内容，结尾给一个关注你的理由",
        {"gained": f"{now.new_followers:,}", "lost": f"{now.lost_followers:,}", "net": f"{net:,}"},
    )


DETECTOR = Detector("follower_loss", "粉丝增减", _enough, evaluate)
