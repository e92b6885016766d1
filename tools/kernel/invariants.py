"""The kernel's invariants."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.kernel.invariant import Invariant
from tools.kernel.models import StoredProposal


def executed_without_result(session: Session) -> Iterator[str]:
    """Yield executed proposals that do not say what they did, and results of proposals never executed."""
    rows = session.execute(
        select(StoredProposal.id, StoredProposal.state).where(
            (StoredProposal.state == "executed") != StoredProposal.result.is_not(None)
        )
    )
    for proposal_id, state in rows:
        yield f"proposal {proposal_id} is {state} but its result says otherwise"


INVARIANTS = (Invariant("proposals.executed_once_with_result", executed_without_result),)
