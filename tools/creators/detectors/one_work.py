"""Half of all plays come from one work."""

from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import Detector, Evidence, Finding, Weight, enough_plays
from tools.kernel.money import rate_text

_FEWEST_WORKS = 5
_LEAST_PERCENT = 50


def _enough(facts: AccountFacts) -> bool:
    return enough_plays(facts) and len(facts.works) >= _FEWEST_WORKS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the work that carries the account; all plays from one work is as far as it goes."""
    top, plays = facts.works[0], facts.current.plays
    if top.plays * 100 < _LEAST_PERCENT * plays:
        return None
    share = rate_text(top.plays, plays)
    return Finding(
        "one_work",
        "播放靠一条作品撑着",
        Weight.SIDE,
        min((top.plays * 100 - _LEAST_PERCENT * plays) * 200 // plays, 10_000),
        Evidence("最高一条的播放占比", facts.window.words, f"{len(facts.works)} 条作品", share),
        "《{top}》一条就占了全部播放的 {share}",
        "这条热度一过，整个账号的播放会跟着掉",
        "趁热把《{top}》做成系列，同样的开头换个主角再拍两条",
        {"top": top.title, "share": share},
    )


DETECTOR = Detector("one_work", "流量集中度", _enough, evaluate)
