"""Every SELECT of the kernel."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.kernel.models import StoredProposal


def proposal_for_update(session: Session, proposal_id: str) -> StoredProposal | None:
    """Return the proposal, locked until the transaction ends."""
    return session.scalar(select(StoredProposal).where(StoredProposal.id == proposal_id).with_for_update())


def proposal_of_turn(session: Session, *, turn: str, creator_id: int) -> StoredProposal | None:
    """Return what was proposed to the creator in the turn."""
    return session.scalar(
        select(StoredProposal).where(StoredProposal.turn == turn, StoredProposal.creator_id == creator_id)
    )
