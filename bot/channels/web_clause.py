"""A policy as a page, the cited clause marked in it: policies are public, so are these pages."""

from datetime import date
from itertools import groupby
from urllib.parse import quote

from fastapi import Response

from bot.app import App
from bot.channels.web_plain import notice_page, plain_page, tag
from knowledge.read import Clause, Source

_MISSING = "没有找到这条规则。它可能已经改了编号，可以直接问光合助手。"
_SAMPLE = "示例规则"


def clause_address(policy: str, clause: str, *, on: date) -> str:
    """Return where the clause can be read as it stood on that day."""
    return f"/policies/{quote(policy, safe='')}/{quote(clause, safe='')}?on={on.isoformat()}#clause"


def show_policy(app: App, policy: str, clause: str, on: str) -> Response:
    """Return the policy as it stood on the day, with the clause marked; a wrong address is a 404 that says so."""
    try:
        day = date.fromisoformat(on) if on else app.today()
    except ValueError:
        return notice_page(_MISSING, status=404)
    version = next((one for one in app.policies.versions(policy) if _holds(one, day)), None)
    if version is None:
        return notice_page(_MISSING, status=404)
    # Each day's clauses are indexed once: whatever days are asked for, only today's and versions' first ones are.
    known = app.today() if _holds(version, app.today()) else version[1]
    clauses = [one for one in app.policies.clauses(on=known) if one.policy == policy]
    if clause not in {one.clause for one in clauses}:
        return notice_page(_MISSING, status=404)
    return plain_page(f"《{clauses[0].title}》", [*_top(clauses[0], version), *_sections(clauses, clause)])


def _holds(version: tuple[int, date, date | None], day: date) -> bool:
    _, starts_on, ends_on = version
    return starts_on <= day and (ends_on is None or day < ends_on)


def _top(first: Clause, version: tuple[int, date, date | None]) -> list[str]:
    number, starts_on, ends_on = version
    until = f"，到 {ends_on} 前有效" if ends_on else ""
    source = f" · {_SAMPLE}" if first.source is Source.SAMPLE else ""
    return [
        tag("h1", f"《{first.title}》"),
        tag("p", f"第 {number} 版 · {starts_on} 起生效{until}{source}", class_="quiet"),
    ]


def _sections(clauses: list[Clause], marked: str) -> list[str]:
    lines: list[str] = []
    ordered = sorted(clauses, key=lambda one: one.number)
    for heading, section in groupby(ordered, key=lambda one: one.heading):
        lines.append(tag("h2", heading))
        lines.extend(_clause(one, is_marked=one.clause == marked) for one in section)
    return lines


def _clause(clause: Clause, *, is_marked: bool) -> str:
    inside = [tag("b", clause.clause), tag("span", clause.text)]
    if is_marked:
        return tag("div", inside=inside, class_="clause", id="clause", aria_current="true")
    return tag("div", inside=inside, class_="clause")
