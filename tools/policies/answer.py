"""Decide which clauses answer a question, and word the answer from them alone: every sentence ends with its mark."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.read import Clause
from knowledge.search import Passage

# Below this evidence the library has no rule on it: docs/decisions/0002-retrieval.md says how often that is wrong.
NOTHING_BELOW = 0.5
# A further clause is shown when it is of the same subject and nearly as likely: the difference of the log-odds.
_NEARLY = 0.35
# The clause beside the best one, under the same heading, often holds the other way in or the exception.
_NEARLY_BESIDE = 0.8
_MOST_CLAUSES = 3
# “第一条准入路径”: alone it would tell half of the rule.
_FIRST = re.compile(r"第一[条种类]")
_FURTHER = re.compile(r"第[二三四][条种类]")


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """The clauses that answer, in the order of their marks, and the words."""

    clauses: tuple[Clause, ...]
    text: str


def is_found(passages: Sequence[Passage]) -> bool:
    """Whether the first passage is likely enough to be a rule on the matter."""
    return bool(passages) and passages[0].score >= NOTHING_BELOW


def chosen(passages: Sequence[Passage], *, topic: str | None = None) -> tuple[Clause, ...]:
    """Return the clauses that answer, none when the passages are not about the question.

    A policy whose title names the topic comes before one that only mentions it.
    """
    near_enough = [passage for passage in passages if passage.score >= NOTHING_BELOW]
    if not near_enough:
        return ()
    best = next(
        (passage for passage in near_enough if topic and topic in passage.clause.title), near_enough[0]
    )
    near = [
        passage.clause
        for passage in near_enough
        if _subject(passage.clause) == _subject(best.clause)
        and abs(_odds(best.score) - _odds(passage.score))
        <= (_NEARLY_BESIDE if _beside(passage.clause, best.clause) else _NEARLY)
    ]
    return tuple(near[:_MOST_CLAUSES])


def with_other_ways(clauses: Sequence[Clause], among: Iterable[Clause]) -> tuple[Clause, ...]:
    """Return the clauses, and after one that calls itself the first of several those of its heading that go on counting."""
    if not clauses or not _FIRST.search(clauses[0].text):
        return tuple(clauses)
    first = clauses[0]
    others = [
        other
        for other in among
        if other.policy == first.policy
        and other.number[:-1] == first.number[:-1]
        and other.number > first.number
        and _FURTHER.search(other.text)
    ]
    return tuple(dict.fromkeys((first, *others, *clauses[1:])))[:_MOST_CLAUSES]


def in_force_words(clauses: Sequence[Clause]) -> PolicyAnswer:
    """Word the clauses as they stand, with the last day of those that end."""
    lines = [_marked(clause.text, mark) for mark, clause in enumerate(clauses, start=1)]
    for title, last, marks in _endings(clauses):
        lines.append(f"《{title}》的这条规定执行到 {_day(last)}为止。{marks}")
    return PolicyAnswer(tuple(clauses), "\n".join(lines))


def then_and_now_words(pairs: Sequence[tuple[Clause, Clause | None]]) -> PolicyAnswer:
    """Word clauses of an earlier day, each beside the clause that holds today: None where none does."""
    clauses: list[Clause] = []
    lines: list[str] = []
    for then, now in pairs:
        clauses.append(then)
        mark = len(clauses)
        if now is not None and now.text == then.text:
            lines.append(_marked(then.text, mark))
            lines.append(f"这一条那时和现在一样，没有变。[{mark}]")
            continue
        lines.append(f"{_span(then)}的规定：{_marked(then.text, mark)}")
        if now is None:
            lines.append(f"这条规定现在已经不再执行。[{mark}]")
        else:
            clauses.append(now)
            lines.append(f"现在（{_day(now.in_force_from)}起）：{_marked(now.text, len(clauses))}")
    return PolicyAnswer(tuple(clauses), "\n".join(lines))


def other_days_words(clause: Clause, *, on: date) -> PolicyAnswer:
    """Word a clause that does not hold on the day: when it does, and what it says."""
    if on < clause.in_force_from:
        first = f"《{clause.title}》{_day(clause.in_force_from)}才开始执行，{_day(on)}还没有这项规定。[1]"
    else:
        first = f"《{clause.title}》{_span(clause)}执行，现在已经结束。[1]"
    return PolicyAnswer((clause,), f"{first}\n原文是：{_marked(clause.text, 1)}")


def comparison_words(sides: Sequence[tuple[str, Sequence[Clause]]]) -> PolicyAnswer:
    """Word what the rules say of each of the programmes, one after the other."""
    clauses: list[Clause] = []
    lines: list[str] = []
    for name, found in sides:
        lines.append(f"{name}：")
        for clause in found:
            clauses.append(clause)
            lines.append(f"· {_marked(clause.text, len(clauses))}")
    return PolicyAnswer(tuple(clauses), "\n".join(lines))


def neighbours(clause: Clause, among: Iterable[Clause]) -> list[Clause]:
    """Return the clauses just before and just after under the same heading: they carry conditions and exceptions."""
    section = [
        other for other in among if other.policy == clause.policy and other.number[:-1] == clause.number[:-1]
    ]
    place = next(index for index, other in enumerate(section) if other.clause == clause.clause)
    return section[max(0, place - 1) : place] + section[place + 1 : place + 2]


def _beside(one: Clause, other: Clause) -> bool:
    """Whether both stand next to each other under one heading."""
    return (
        one.policy == other.policy
        and one.number[:-1] == other.number[:-1]
        and abs(one.number[-1] - other.number[-1]) <= 1
    )


def _marked(text: str, mark: int) -> str:
    """Put the mark behind every sentence of a clause, whose own words stay letter by letter."""
    return f"{text}[{mark}]"


def _endings(clauses: Sequence[Clause]) -> list[tuple[str, date, str]]:
    """Return title and last day of every document that ends, with the marks of its clauses."""
    found: dict[tuple[str, date], str] = {}
    for mark, clause in enumerate(clauses, start=1):
        if clause.in_force_until is not None:
            key = (clause.title, clause.in_force_until - timedelta(days=1))
            found[key] = found.get(key, "") + f"[{mark}]"
    return [(title, last, marks) for (title, last), marks in found.items()]


def _span(clause: Clause) -> str:
    since = _day(clause.in_force_from)
    if clause.in_force_until is None:
        return f"{since}起"
    return f"{since}至 {_day(clause.in_force_until - timedelta(days=1))}"


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _subject(clause: Clause) -> str:
    """Return what the policy is about: a programme's policy and its detailed rules are one subject."""
    return clause.policy.removesuffix("-rules")


def _odds(score: float) -> float:
    kept = min(max(score, 1e-9), 1 - 1e-9)
    return math.log(kept / (1 - kept))
