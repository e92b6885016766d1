"""The works repeat themselves: titles nearly the same, or works that are not the creator's own."""

from tools.creators.detectors.facts import HABIT_DAYS, AccountFacts, OwnWork
from tools.creators.detectors.finding import Detector, Evidence, Finding, Rule, Weight, day_text
from tools.creators.detectors.peers import wilson_bp
from tools.creators.detectors.titles import repeated

_FEWEST_WORKS = 5
_FEWEST_REPEATED = 3
_LATEST_WORKS = 40
# The share that is surely more than an oversight.
_LEAST_SHARE_BP = 1_500


def _judged(facts: AccountFacts) -> list[OwnWork]:
    # Episodes of a drama share a title by their nature.
    return [work for work in facts.recent if work.kind == "video"][-_LATEST_WORKS:]


def _enough(facts: AccountFacts) -> bool:
    return len(_judged(facts)) >= _FEWEST_WORKS


def evaluate(facts: AccountFacts) -> Finding | None:
    """Return the worse of the two: works that are not original, else repeated titles."""
    works = _judged(facts)
    copied = sum(not work.original for work in works)
    if _surely(copied, len(works)):
        return _finding(
            facts,
            count=copied,
            works=len(works),
            metric="非原创作品数",
            statement="近 {days} 天的 {works} 条里有 {count} 条不是原创",
            cause="搬运和简单处理的作品会被降低推荐，也不计入激励要的原创作品数",
            next_step="先停发搬运的作品，下一条自己出镜或自己配音，哪怕只拍三十秒",
            rule=Rule("originality-rules", "2.2", facts.window.last_day),
        )
    places = repeated([work.title for work in works])
    if not _surely(len(places), len(works)):
        return None
    return _finding(
        facts,
        count=len(places),
        works=len(works),
        metric="标题重复的作品数",
        statement="近 {days} 天的 {works} 条里有 {count} 条标题和前面的几乎一样，比如《{example}》",
        cause="大量重复的作品会被降低推荐，看过的人也不会再点",
        next_step="同一个题材换一个主角、场景或结果再拍，标题把新的那一点写出来",
        rule=Rule("traffic-distribution", "3.1", facts.window.last_day),
        example=works[places[-1]].title,
    )


def _surely(count: int, works: int) -> bool:
    return count >= _FEWEST_REPEATED and wilson_bp(count, works)[0] >= _LEAST_SHARE_BP


def _finding(
    facts: AccountFacts,
    *,
    count: int,
    works: int,
    metric: str,
    statement: str,
    cause: str,
    next_step: str,
    rule: Rule,
    example: str = "",
) -> Finding:
    return Finding(
        "duplicate_content",
        "内容重复" if example else "非原创偏多",
        Weight.DRIVER,
        count * 10_000 // works,
        Evidence(
            metric, f"截至{day_text(facts.window.last_day)}的 {HABIT_DAYS} 天", f"{works} 条作品", f"{count}"
        ),
        statement,
        cause,
        next_step,
        {"days": HABIT_DAYS, "works": works, "count": count, **({"example": example} if example else {})},
        rule=rule,
    )


DETECTOR = Detector("duplicate_content", "内容重复", _enough, evaluate)
