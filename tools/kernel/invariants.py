"""The kernel's invariants."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.kernel import queries, upload_files, uploads
from tools.kernel.db import files_of
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


def uploads_without_bytes(session: Session) -> Iterator[str]:
    """Yield uploads whose file is missing or has another size than was received."""
    folder = files_of(session)
    for upload_id, sha256, size_bytes in queries.sizes_of_uploads(session):
        path = upload_files.path_of(folder, sha256)
        size = path.stat().st_size if path.is_file() else None
        if size != size_bytes:
            found = "missing" if size is None else f"{size} bytes"
            yield f"upload {upload_id}: {path} is {found}, received were {size_bytes} bytes"


def bytes_without_upload(session: Session) -> Iterator[str]:
    """Yield stored files that no upload names; a young one may be on its way to its row, or from it to the sweep."""
    for path in upload_files.old_ones(files_of(session), uploads.unnamed_files(session)):
        yield f"{path} belongs to no upload"


INVARIANTS = (
    Invariant("proposals.executed_once_with_result", executed_without_result),
    Invariant("uploads.have_their_bytes", uploads_without_bytes),
    Invariant("uploads.own_every_stored_file", bytes_without_upload),
)
