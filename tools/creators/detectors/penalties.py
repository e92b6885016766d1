"""There are penalties with points in the last half year, or a notice in the last quarter."""

from datetime import timedelta

from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import Detector, Evidence, Finding, Rule, Weight, day_text
from tools.creators.figures import Penalty

# Points stand for 180 days (policy penalty-ladder 2.3); a notice has none and is no record (1.2).
POINTS_DAYS = 180
_NOTICE_DAYS = 90
# A serious penalty is of at least 6 points (2.1), and 4 limit the account for 7 days (2.2).
_LIMITED_DAYS = 7
_SHORTFALL_BP = {"notice": 1_000, "general": 3_000, "serious": 8_000}


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the penalties that count, with the rule that the gravest of the latest day broke."""
    since = facts.window.ends_on - timedelta(days=POINTS_DAYS)
    pointed = [each for each in facts.penalties if each.severity != "notice" and each.day >= since]
    recent = facts.window.ends_on - timedelta(days=_NOTICE_DAYS)
    chosen = pointed or [each for each in facts.penalties if each.day >= recent]
    if not chosen:
        return None
    latest = max(chosen, key=lambda each: (each.day, _SHORTFALL_BP[each.severity]))
    limited = is_limited(facts)
    what = (
        "{penalties} 次记分处罚，最近一次在" if pointed else "收到 {penalties} 次提醒（不记分），最近一次在"
    )
    return Finding(
        "penalties",
        "违规记录" if pointed else "违规提醒",
        Weight.DIRECT,
        max(_SHORTFALL_BP[each.severity] for each in chosen),
        Evidence(
            "处罚", "近半年" if pointed else "近三个月", f"{len(facts.penalties)} 条记录", f"{len(chosen)}"
        ),
        what + "{penalty_day}：{note}" + ("；按规则账号现在可能正处在限流期" if limited else ""),
        "记分会影响推荐，也会挡住一部分激励" if pointed else "提醒不影响激励资格，但同样的问题再犯就会记分",
        "觉得判错了可以在光合助手里申诉；没判错就把旧作品里同样的写法一起改掉",
        {"penalties": len(chosen), "penalty_day": day_text(latest.day), "note": latest.note},
        rule=_rule(latest),
    )


def is_limited(facts: AccountFacts) -> bool:
    """Whether a serious penalty of the last week limits the account, as far as the rules say."""
    since = facts.window.ends_on - timedelta(days=_LIMITED_DAYS)
    return any(each.severity == "serious" and each.day >= since for each in facts.penalties)


def _rule(penalty: Penalty) -> Rule:
    return Rule(penalty.policy, penalty.clause, penalty.day)


DETECTOR = Detector("penalties", "违规", lambda _facts: True, evaluate)
