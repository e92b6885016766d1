"""What the assistant itself does about cases: the creator's buttons, and handing over without being asked."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy.orm import Session

from bot.agent.signals import heard
from bot.messages import Outbound
from tools.kernel.errors import Refusal
from tools.support import case_words, cases, service, views
from tools.support.escalation import Signal, reason_to_escalate
from tools.support.numbers import CaseUnknown
from tools.support.service import ConversationState
from tools.support.service_rules import platform_day, service_rules
from tools.support.turns.kinds import TurnKind
from tools.support.views import CaseView

# An answer of these kinds was none.
_RULES = "policy_question"
_UNSOLVED = frozenset({TurnKind.CLARIFY, TurnKind.UNGROUNDED, TurnKind.FAILED})
_COMMAND = re.compile(
    r"(?P<deed>取消|评分|重开)\s*工?单?\s*(?P<number>[Cc]\d{1,18})(?:\s*(?P<stars>\d)\s*分?)?", re.ASCII
)


class Deed(StrEnum):
    """What a creator's button does to a case of theirs."""

    CANCEL = "取消"
    RATE = "评分"
    REOPEN = "重开"


@dataclass(frozen=True, slots=True)
class CaseCommand:
    """A press of a case's button; `stars` is 0 where none were given."""

    deed: Deed
    number: str
    stars: int = 0


def read(text: str) -> CaseCommand | None:
    """Return the button that sent this text, None for anything else."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    return CaseCommand(Deed(found["deed"]), found["number"].upper(), int(found["stars"] or 0))


def done(session: Session, command: CaseCommand, *, creator: int | None, now: datetime) -> Outbound:
    """Do what a button of the creator's own case means, and say so; an expected no changes nothing."""
    try:
        if creator is None:
            raise CaseUnknown(number=command.number)
        return _done(session, command, creator=creator, now=now)
    except Refusal as refusal:
        return Outbound(text=str(refusal))


def unsolved(kind: TurnKind, outbound: Outbound) -> frozenset[Signal]:
    """Return what an answer tells about the turn: that it was none."""
    missing = bool(outbound.calls) and not _has_substance(outbound)
    return frozenset({Signal.UNSOLVED}) if kind in _UNSOLVED or missing else frozenset()


def _has_substance(outbound: Outbound) -> bool:
    """Whether tools answered; an answer about rules without a citation says that none was found."""
    return bool(outbound.citations) or any(call.tool != _RULES for call in outbound.calls)


def handed_over(
    session: Session,
    outbound: Outbound,
    *,
    conversation: ConversationState,
    signals: frozenset[Signal],
    said: str,
    on: date,
    now: datetime,
) -> Outbound:
    """Return the answer, with the conversation handed to a person where what was heard asks for one.

    `signals` is what became of the message; what was heard in it stands in the log already.
    """
    if conversation.creator is None or outbound.case is not None or not (signals or heard(said)):
        return outbound
    turns = service.heard(session, conversation_id=conversation.id)
    newest = turns[-1] if turns else frozenset[Signal]()
    reason = reason_to_escalate([*turns[:-1], newest | signals])
    if reason is None:
        return outbound
    case = cases.escalate(
        session,
        creator_id=conversation.creator,
        conversation_id=conversation.id,
        kind=reason,
        reason=said,
        on=on,
        now=now,
    )
    return outbound if case is None else _with_case(session, outbound, case, now=now)


def _with_case(session: Session, outbound: Outbound, case: CaseView, *, now: datetime) -> Outbound:
    in_front = views.place_in_queue(session, number=case.number)
    words = case_words.opened(case, in_front=in_front, now=now)
    way_out = case_words.cancel_button(case)
    if not _has_substance(outbound):
        # Nothing was looked up: small talk or a question back would only be in the way.
        return replace(outbound, text=words, buttons=(way_out,), case=case.number)
    return replace(
        outbound, text=f"{outbound.text}\n\n{words}", buttons=(*outbound.buttons, way_out), case=case.number
    )


def _done(session: Session, command: CaseCommand, *, creator: int, now: datetime) -> Outbound:
    match command.deed:
        case Deed.CANCEL:
            found = cases.cancel(session, creator_id=creator, number=command.number, now=now)
            return Outbound(text=case_words.cancelled(found), case=found.number)
        case Deed.RATE:
            found = cases.rate(
                session, creator_id=creator, number=command.number, stars=command.stars, now=now
            )
            rules = service_rules(platform_day(found.opened_at))
            return Outbound(
                text=case_words.rated(found, rules=rules),
                buttons=case_words.after_rating(found, rules=rules),
                case=found.number,
            )
        case Deed.REOPEN:
            found = cases.reopen_by_creator(session, creator_id=creator, number=command.number, now=now)
            return Outbound(
                text=cases.status_words(session, number=found.number, now=now),
                buttons=(case_words.cancel_button(found),),
                case=found.number,
            )
        case _:
            assert_never(command.deed)
