"""Files that people send: whose they are, with which message they came, where their bytes lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from tools.kernel import queries, upload_files
from tools.kernel.db import files_of
from tools.kernel.models import StoredUpload
from tools.kernel.upload_files import ReceivedFile
from tools.kernel.upload_kinds import UploadKind

# "Check this" means the file just sent; one of last week has to be sent again.
_FRESH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as its owner may use it; `name` is only for showing, `path` is named by the content."""

    id: int
    kind: UploadKind
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    path: Path


def find(session: Session, *, upload_id: int, creator_id: int) -> Upload | None:
    """Return the file if it is this creator's; another creator's looks exactly as if there was none."""
    stored = queries.upload_of_creator(session, upload_id=upload_id, creator_id=creator_id)
    return _upload(session, stored) if stored else None


def keep(session: Session, *, upload_id: int, creator_id: int, now: datetime) -> None:
    """Spare the file from being deleted with age, because a report or a check refers to it."""
    stored = queries.upload_of_creator(session, upload_id=upload_id, creator_id=creator_id)
    assert stored is not None, "only the owner's tools keep a file"
    stored.kept_at = stored.kept_at or now
    session.flush()


def of_message(session: Session, *, conversation_id: int, message_key: str) -> tuple[Upload, ...]:
    """Return the files that came with the message, in their order."""
    found = queries.uploads_of_message(session, conversation_id=conversation_id, message_key=message_key)
    return tuple(_upload(session, stored) for stored in found)


def newest(
    session: Session, *, conversation_id: int, creator_id: int | None, now: datetime
) -> tuple[Upload, ...]:
    """Return the files of the creator's newest message here that carried any and is fresh."""
    if creator_id is None:
        return ()
    last = queries.newest_upload(
        session, conversation_id=conversation_id, creator_id=creator_id, since=now - _FRESH
    )
    if last is None:
        return ()
    return of_message(session, conversation_id=conversation_id, message_key=last.message_key)


def attach(
    session: Session,
    *,
    creator_id: int,
    conversation_id: int,
    message_key: str,
    files: Iterable[ReceivedFile],
    now: datetime,
) -> tuple[Upload, ...]:
    """Store the message's files as this creator's; a file whose place in the message is taken is the same file again.

    The bytes are moved to their place before the row counts: a process that dies between leaves a file that no row
    names, which the sweep deletes, and never a row without its file.
    """
    folder = files_of(session)
    stored = queries.uploads_of_message(session, conversation_id=conversation_id, message_key=message_key)
    taken = {upload.place for upload in stored}
    for place, file in enumerate(files):
        if place in taken:
            continue
        upload_files.settle(folder, file)
        session.add(
            StoredUpload(
                creator_id=creator_id,
                conversation_id=conversation_id,
                message_key=message_key,
                place=place,
                kind=file.kind.value,
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                received_at=now,
            )
        )
    session.flush()
    return of_message(session, conversation_id=conversation_id, message_key=message_key)


def sent_bytes(session: Session, *, creator_id: int, since: datetime) -> int:
    """Return how much the creator has sent since a moment."""
    return queries.uploaded_bytes(session, creator_id=creator_id, since=since)


def forget(session: Session, *, before: datetime, limit: int) -> int:
    """Delete the oldest uploads received before the moment that nothing keeps; return how many there were.

    Their bytes stay until the sweep finds that no upload names them.
    """
    return queries.delete_uploads(session, before=before, limit=limit)


def leftovers(session: Session) -> list[Path]:
    """Return the bytes that no upload names, and what a killed process left half-way, once they are a day old.

    What is younger may be on its way to its row in another process.
    """
    folder = files_of(session)
    return upload_files.old_ones(folder, [*unnamed_files(session), *upload_files.arriving_files(folder)])


def sweep(session: Session, paths: Sequence[Path]) -> None:
    """Delete these leftovers, less those that have become somebody's meanwhile."""
    named = queries.hashes_in_use(session, hashes=[path.name for path in paths])
    still = [path for path in paths if path.name not in named]
    for path in upload_files.old_ones(files_of(session), still):
        path.unlink(missing_ok=True)


def unnamed_files(session: Session) -> list[Path]:
    """Return the stored files that no upload names."""
    files = list(upload_files.stored_files(files_of(session)))
    named = queries.hashes_in_use(session, hashes=[path.name for path in files])
    return [path for path in files if path.name not in named]


def _upload(session: Session, stored: StoredUpload) -> Upload:
    return Upload(
        id=stored.id,
        kind=UploadKind(stored.kind),
        name=stored.name,
        media_type=stored.media_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        path=upload_files.path_of(files_of(session), stored.sha256),
    )
