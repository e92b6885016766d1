"""The support room's invariants: nothing half-said, nothing lost."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.support.case_invariants import CASE_INVARIANTS
from tools.support.case_models import Case
from tools.support.models import Conversation, InboxUpdate, Message, MessageChange


def broken_sequences(session: Session) -> Iterator[str]:
    """Yield conversations whose messages are not numbered from 1 without a gap."""
    numbers = (
        select(Message.conversation_id, func.count(), func.min(Message.sequence), func.max(Message.sequence))
        .group_by(Message.conversation_id)
        .having((func.min(Message.sequence) != 1) | (func.max(Message.sequence) != func.count()))
    )
    for conversation_id, count, first, last in session.execute(numbers):
        yield f"conversation {conversation_id} has {count} messages numbered {first} to {last}"


def foreign_cases(session: Session) -> Iterator[str]:
    """Yield cases whose creator is not the one of their conversation."""
    rows = session.execute(
        select(Case.id, Case.creator_id, Conversation.creator_id)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Conversation.creator_id.is_distinct_from(Case.creator_id))
    )
    for case_id, of_case, of_conversation in rows:
        yield f"case {case_id} is of creator {of_case}, its conversation of {of_conversation}"


def owners(session: Session) -> Iterator[str]:
    """Yield conversations whose owner and creator differ."""
    rows = session.execute(
        select(Conversation.id, Conversation.owner).where(
            Conversation.owner != func.coalesce(Conversation.creator_id, 0)
        )
    )
    for conversation_id, owner in rows:
        yield f"conversation {conversation_id} has owner {owner} but another creator"


def finished_unanswered(session: Session) -> Iterator[str]:
    """Yield updates that are finished although they were never received."""
    rows = session.execute(select(InboxUpdate.id).where(InboxUpdate.finished_at < InboxUpdate.received_at))
    for (update_id,) in rows:
        yield f"inbox update {update_id} was finished before it was received"


def unheld_words(session: Session) -> Iterator[str]:
    """Yield agents' messages without a case or of another conversation's case, and words of others with an agent."""
    rows = session.execute(
        select(Message.id, Message.conversation_id, Case.conversation_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(
            Message.speaker == "agent",
            Case.conversation_id.is_distinct_from(Message.conversation_id) | Message.agent_id.is_(None),
        )
    )
    for message_id, of_message, of_case in rows:
        yield f"agent message {message_id} is in conversation {of_message}, its case in {of_case}"


def changed_otherwise(session: Session) -> Iterator[str]:
    """Yield messages whose marks of a change and whose changes differ."""
    for kind, mark in (("edit", Message.edited_at), ("delete", Message.deleted_at)):
        made = (
            select(MessageChange.id)
            .where(MessageChange.message_id == Message.id, MessageChange.kind == kind)
            .exists()
        )
        rows = session.scalars(
            select(Message.id)
            .where((mark.is_not(None) & ~made) | (mark.is_(None) & made))
            .order_by(Message.id)
        )
        yield from (f"message {message_id} and its changes disagree on its {kind}" for message_id in rows)


INVARIANTS = (
    Invariant("support.messages_numbered_without_gaps", broken_sequences),
    Invariant("support.cases_belong_to_their_conversation", foreign_cases),
    Invariant("support.conversations_name_their_creator", owners),
    Invariant("support.updates_finish_after_they_arrive", finished_unanswered),
    Invariant("support.agents_speak_in_a_case", unheld_words),
    Invariant("support.changed_words_have_their_changes", changed_otherwise),
    *CASE_INVARIANTS,
)
