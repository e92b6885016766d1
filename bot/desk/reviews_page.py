"""The reviewers' queue: what is due first at the top, everything about one report, and the decision."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from fastapi import Request, Response
from sqlalchemy.orm import Session

from bot.channels.web_plain import notice_page, tag
from bot.desk import sign_in_page
from bot.desk.frame import complaint, desk_page, done
from bot.desk.keys import Form, Key, SignedOutError
from bot.desk.report_view import (
    LONGEST_REASON,
    REVIEWS,
    VERDICTS,
    show_decisions,
    show_facts,
    show_history,
    state_words,
)
from tools.creators import service as creators
from tools.detection.reports import desk, review
from tools.detection.reports.desk import Waiting
from tools.detection.reports.kinds import PATHS, Choice, Kind
from tools.detection.reports.states import State
from tools.kernel.db import Json
from tools.kernel.errors import OperatorError, Refusal
from tools.support import agents, sign_in, trail
from tools.support.agents import Agent, Right
from tools.support.trail import DeskAction

_SHOWN = 100
_FORBIDDEN, _NOT_FOUND, _CONFLICT = 403, 404, 409
_FOREIGN = "这个表单已经失效了，请回到案件页再试。"
_NO_REPORT = "没有这个案件。"
_DONE: Mapping[str, str] = {
    "accept": "已受理。",
    "ask": "已请举报人补充材料。",
    "uphold": "已判定成立。",
    "reject": "已判定不成立。",
    "restore": "已改判，处理已解除。",
}

Decision = Callable[[Session, str, Form, datetime], State]


def show_reviews(key: Key, agent: Agent) -> Response:
    """Show the reports that wait for a reviewer."""
    waiting = key.reading(lambda session, _: desk.queue(session, on=key.app.today(), limit=_SHOWN))
    rows = [_row(case) for case in waiting]
    if not rows:
        return desk_page(
            agent,
            "侵权审核",
            [tag("p", "现在没有等着审核的案件。", class_="empty")],
            csrf=key.csrf,
            here=REVIEWS,
        )
    late = sum(case.overdue for case in waiting)
    told = (
        f"{len(rows)} 件等着处理" + (f"，其中 {late} 件已经超期" if late else "") + "。最先到期的排在最前面。"
    )
    head = tag(
        "tr",
        inside=[
            tag("th", name, scope="col") for name in ("案件", "举报内容", "状态", "机器判断", "最晚处理")
        ],
    )
    table = tag("table", inside=[tag("thead", inside=[head]), tag("tbody", inside=rows)])
    return desk_page(
        agent,
        "侵权审核",
        [
            tag("p", told, class_="quiet"),
            tag(
                "div", inside=[table], class_="wide", tabindex="0", role="region", aria_label="等待审核的案件"
            ),
        ],
        csrf=key.csrf,
        here=REVIEWS,
    )


def show_report(
    key: Key,
    agent: Agent,
    *,
    number: str,
    problem: str = "",
    told: str = "",
    form: Form | None = None,
    status: int = 200,
) -> Response:
    """Show all of a report with the decisions that may follow; looking at it is written into the trail."""

    def look(session: Session, agent: Agent, now: datetime) -> tuple[Json, str]:
        agents.require(session, agent=agent, right=Right.REVIEW)
        body = desk.case(session, number=number)
        trail.record(session, agent=agent.id, action=DeskAction.VIEW_REPORT, subject=body["case_id"], now=now)
        reporter = creators.account(session, creator_id=body["reporter"])
        return body, f"{reporter.nickname}（@{reporter.handle}）"

    try:
        body, reporter = key.writing(look)
    except OperatorError:
        return notice_page(_NO_REPORT, status=_NOT_FOUND, link=(REVIEWS, "回到侵权审核"))
    inside = [
        tag("p", inside=[tag("a", "← 全部案件", href=REVIEWS)]),
        done(told),
        complaint(problem),
        show_facts(body, reporter),
        *show_decisions(body, key.csrf, form or {}),
        *show_history(body),
    ]
    return desk_page(agent, f"案件 {body['case_id']}", inside, csrf=key.csrf, here=REVIEWS, status=status)


async def act_on_report(key: Key, request: Request, form: Form | None, *, number: str) -> Response:
    """Do what the reviewer's form says, and show the report again with what came of it."""
    if form is None or not key.token or not sign_in.csrf_holds(key.token, form.get("csrf", "")):
        return notice_page(_FOREIGN, status=_FORBIDDEN, link=(REVIEWS, "回到侵权审核"))
    try:
        return await asyncio.to_thread(partial(_act, key, form, number))
    except SignedOutError:
        return sign_in_page.go(request)
    except Refusal as refusal:
        return notice_page(str(refusal), status=_FORBIDDEN, link=("/desk/rules", "客服台"))


def _act(key: Key, form: Form, number: str) -> Response:
    name = form.get("decision", "")

    def decide(session: Session, agent: Agent, now: datetime) -> None:
        agents.require(session, agent=agent, right=Right.REVIEW)
        if name not in _DECISIONS:
            raise OperatorError(f"no decision {name!r}")
        _DECISIONS[name](session, number, {**form, "by": agent.login}, now)
        trail.record(session, agent=agent.id, action=DeskAction.REVIEW, subject=f"{number} {name}", now=now)

    agent = key.reading(lambda _, agent: agent)
    try:
        key.writing(decide)
    except OperatorError as error:
        # The rooms word these for operators; a reviewer is one.
        problem = f"没有办成，什么都没有改动：{error}"
        return show_report(key, agent, number=number, problem=problem, form=form, status=_CONFLICT)
    return show_report(key, agent, number=number, told=_DONE[name])


def _accept(session: Session, number: str, form: Form, now: datetime) -> State:
    return review.accept(session, number=number, by=form["by"], now=now)


def _ask(session: Session, number: str, form: Form, now: datetime) -> State:
    return review.ask(session, number=number, by=form["by"], what=_reason(form), now=now)


def _uphold(session: Session, number: str, form: Form, now: datetime) -> State:
    chosen = form.get("measure", "")
    return review.uphold(
        session,
        number=number,
        by=form["by"],
        reason=_reason(form),
        copy=form.get("copy", "").strip(),
        account=form.get("account", "").strip().removeprefix("@"),
        measure=Choice(chosen) if chosen in set(Choice) else None,
        now=now,
    )


def _reject(session: Session, number: str, form: Form, now: datetime) -> State:
    malicious = form.get("malicious") == "yes"
    return review.reject(
        session, number=number, by=form["by"], reason=_reason(form), malicious=malicious, now=now
    )


def _restore(session: Session, number: str, form: Form, now: datetime) -> State:
    return review.restore(session, number=number, by=form["by"], reason=_reason(form), now=now)


_DECISIONS: Mapping[str, Decision] = {
    "accept": _accept,
    "ask": _ask,
    "uphold": _uphold,
    "reject": _reject,
    "restore": _restore,
}


def _reason(form: Form) -> str:
    return " ".join(form.get("reason", "").split())[:LONGEST_REASON]


def _row(case: Waiting) -> str:
    due = (
        tag("span", f"{case.due_on} 已超期", class_="late") if case.overdue else tag("span", f"{case.due_on}")
    )
    return tag(
        "tr",
        inside=[
            tag("td", inside=[tag("a", case.number, href=f"{REVIEWS}/{case.number}")]),
            tag(
                "td",
                inside=[
                    tag("b", PATHS[Kind(case.kind)].words),
                    tag("div", case.about.replace(" <- ", " ← "), class_="words"),
                ],
            ),
            tag("td", state_words(case.state)),
            tag("td", VERDICTS.get(case.verdict, "还没有")),
            tag("td", inside=[due]),
        ],
    )
