"""Every SELECT of the kernel."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from tools.kernel.models import StoredProposal, StoredUpload

# A statement takes tens of thousands of parameters at most.
_HASHES_AT_ONCE = 1_000


def proposal_for_update(session: Session, proposal_id: str) -> StoredProposal | None:
    """Return the proposal, locked until the transaction ends."""
    return session.scalar(select(StoredProposal).where(StoredProposal.id == proposal_id).with_for_update())


def proposal_of_turn(session: Session, *, turn: str, creator_id: int) -> StoredProposal | None:
    """Return what was proposed to the creator in the turn."""
    return session.scalar(
        select(StoredProposal).where(StoredProposal.turn == turn, StoredProposal.creator_id == creator_id)
    )


def upload_of_creator(session: Session, *, upload_id: int, creator_id: int) -> StoredUpload | None:
    """Return the upload if it is this creator's."""
    return session.scalar(
        select(StoredUpload).where(StoredUpload.id == upload_id, StoredUpload.creator_id == creator_id)
    )


def uploads_of_message(session: Session, *, conversation_id: int, message_key: str) -> Sequence[StoredUpload]:
    """Return the message's files in their order."""
    return session.scalars(
        select(StoredUpload)
        .where(StoredUpload.conversation_id == conversation_id, StoredUpload.message_key == message_key)
        .order_by(StoredUpload.place)
    ).all()


def newest_upload(
    session: Session, *, conversation_id: int, creator_id: int, since: datetime
) -> StoredUpload | None:
    """Return the file that this creator sent last in the conversation."""
    return session.scalar(
        select(StoredUpload)
        .where(
            StoredUpload.conversation_id == conversation_id,
            StoredUpload.creator_id == creator_id,
            StoredUpload.received_at >= since,
        )
        .order_by(StoredUpload.id.desc())
        .limit(1)
    )


def uploaded_bytes(session: Session, *, creator_id: int, since: datetime) -> int:
    """Return how much the creator has sent since a moment."""
    found = session.scalar(
        select(func.sum(StoredUpload.size_bytes)).where(
            StoredUpload.creator_id == creator_id, StoredUpload.received_at >= since
        )
    )
    return int(found or 0)


def hashes_in_use(session: Session, *, hashes: Sequence[str]) -> frozenset[str]:
    """Return those of the hashes that an upload still names."""
    found: set[str] = set()
    for start in range(0, len(hashes), _HASHES_AT_ONCE):
        some = hashes[start : start + _HASHES_AT_ONCE]
        found.update(session.scalars(select(StoredUpload.sha256).where(StoredUpload.sha256.in_(some))))
    return frozenset(found)


def sizes_of_uploads(session: Session) -> Iterable[Row[int, str, int]]:
    """Return every upload's id, hash and size, a batch at a time."""
    return session.execute(
        select(StoredUpload.id, StoredUpload.sha256, StoredUpload.size_bytes)
        .order_by(StoredUpload.id)
        .execution_options(yield_per=1_000)
    )


def delete_uploads(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest uploads received before the moment that nothing keeps; return how many there were."""
    ids = list(
        session.scalars(
            select(StoredUpload.id)
            .where(StoredUpload.received_at < before, StoredUpload.kept_at.is_(None))
            .order_by(StoredUpload.id)
            .limit(limit)
        )
    )
    session.execute(delete(StoredUpload).where(StoredUpload.id.in_(ids)))
    return len(ids)
