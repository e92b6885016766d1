"""The asker's own figures beside a rule: what the rule asks, what I have, what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.read import Clause
from tools.creators import service as creators
from tools.kernel.agent_tool import Call
from tools.kernel.db import Json
from tools.kernel.money import yuan
from tools.kernel.rules.explain import ClauseVerdict
from tools.payout import service as payout
from tools.payout.eligibility import clause_words, gap_words

_WITHDRAWAL = "withdrawal-rules"
_PENALTIES = "penalty-ladder"
_REAL_NAME = "real-name"


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """Lines for the creator, and the same as facts that the numbers can be checked against."""

    lines: tuple[str, ...]
    facts: Json


def own_figures(call: Call, clauses: Sequence[Clause]) -> OwnFigures:
    """Return what the asker has beside these clauses; nothing where no figure belongs to them."""
    marks = {(clause.policy, clause.clause): mark for mark, clause in enumerate(clauses, start=1)}
    lines: list[str] = []
    facts: Json = {}
    for standing, verdicts in _judged(call, marks):
        name = standing.program.name
        mark = verdicts[0][1]
        # Several ways may lead in: one that is closed says nothing about the whole.
        lines.append(f"{name}：现在{'符合' if standing.eligible else '还不符合'}参加条件[{mark}]")
        for verdict, mark in verdicts:
            words = clause_words(verdict) if verdict.passed else gap_words(verdict)
            lines.append(f"{'✓' if verdict.passed else '✗'} {words}[{mark}]")
        facts.setdefault("programs", []).append(
            {
                "program": name,
                "eligible": standing.eligible,
                "clauses": [
                    {
                        "passed": verdict.passed,
                        "value": verdict.value,
                        "gap": verdict.gap,
                        "rule": verdict.clause.text,
                    }
                    for verdict, _ in verdicts
                ],
            }
        )
    policies = {clause.policy: marks[clause.policy, clause.clause] for clause in reversed(clauses)}
    if mark := policies.get(_WITHDRAWAL):
        held = payout.balance(call.session, creator_id=call.creator_id)
        lines.append(f"可提现 {yuan(held.available_fen)} 元，待结算 {yuan(held.unsettled_fen)} 元[{mark}]")
        facts |= {"available_fen": held.available_fen, "unsettled_fen": held.unsettled_fen}
    if policies.keys() & {_PENALTIES, _REAL_NAME}:
        lines += _account_lines(call, policies, facts)
    return OwnFigures(tuple(lines), facts)


def _judged(
    call: Call, marks: dict[tuple[str, str], int]
) -> Iterator[tuple[payout.Standing, list[tuple[ClauseVerdict, int]]]]:
    """Yield the programmes with rules among the clauses, and the verdicts on the creator that rest on those."""
    for standing in payout.standing(call.session, creator_id=call.creator_id, on=call.on):
        found: dict[str, tuple[ClauseVerdict, int]] = {}
        for way in standing.verdict.ways if standing.verdict else ():
            for verdict in way.clauses:
                reference = verdict.clause.reference
                if reference and (mark := marks.get((reference.policy, reference.clause))):
                    found.setdefault(verdict.clause.text, (verdict, mark))
        if found:
            yield standing, list(found.values())


def _account_lines(call: Call, policies: dict[str, int], facts: Json) -> Iterator[str]:
    found = creators.facts(call.session, creator_id=call.creator_id, on=call.on)
    if mark := policies.get(_PENALTIES):
        facts |= {
            "violations_90d": found.violations_90d,
            "violations_180d": found.violations_180d,
            "serious_violations_90d": found.serious_violations_90d,
        }
        yield (
            f"近 90 天违规 {found.violations_90d} 次（严重 {found.serious_violations_90d} 次），"
            f"近 180 天 {found.violations_180d} 次[{mark}]"
        )
    if mark := policies.get(_REAL_NAME):
        facts["real_name_verified"] = found.real_name_verified
        yield f"{'已完成' if found.real_name_verified else '还没有完成'}实名认证[{mark}]"
