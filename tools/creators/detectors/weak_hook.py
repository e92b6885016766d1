"""Those who do not stay to the end leave early, surely earlier than with peers.

Second-by-second exits belong to one work (work_analysis); here the hook is judged by a stand-in that every account has:
which part of a work those see, on average, who do not finish it.
"""

from tools.creators.detectors.facts import AccountFacts, Figures
from tools.creators.detectors.finding import (
    FEWEST_PLAYS,
    Detector,
    Evidence,
    Finding,
    Weight,
    beside,
    peer_facts,
    shortfall_bp,
)
from tools.creators.detectors.peers import FEWEST_PEERS, rate_standing, well_below
from tools.kernel.money import rate_text


def _stayed(figures: Figures) -> tuple[int, int]:
    return figures.unfinished_seconds, figures.unfinished_length_seconds


def _enough(facts: AccountFacts) -> bool:
    return facts.current.unfinished_plays >= FEWEST_PLAYS and len(facts.peers) >= FEWEST_PEERS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the early leaving; an average over hundreds of plays needs no interval of its own."""
    standing = rate_standing(facts, _stayed)
    if standing is None or standing.own >= standing.lower_quartile or not well_below(standing):
        return None
    now = facts.current
    tenths = now.unfinished_seconds * 10 // now.unfinished_plays
    share = rate_text(*_stayed(now))
    return Finding(
        "weak_hook",
        "开头留不住人",
        Weight.DRIVER,
        shortfall_bp(standing.own, standing.median),
        Evidence(
            "没看完的人平均看到的比例",
            facts.window.words,
            f"{now.unfinished_plays} 次没看完的播放",
            share,
            None,
            standing.place,
        ),
        "没看完的人平均只看了 {stayed_seconds} 秒，是作品时长的 {stayed}" + beside(standing.place),
        "开头没有马上给出看点，多半还没进正题人就划走了",
        "拿最近一条做逐秒解读，看退出最多的是哪一秒，把那之前的铺垫剪掉",
        {
            "stayed": share,
            "stayed_seconds": f"{tenths // 10}.{tenths % 10}",
            **peer_facts(standing.place),
        },
    )


DETECTOR = Detector("weak_hook", "开头留人", _enough, evaluate)
