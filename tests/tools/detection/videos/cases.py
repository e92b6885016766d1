"""What tests of works' videos share: the works and clips that they begin with, and files that creators send."""

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tests.tools.detection.conftest import People
from tools.kernel import uploads
from tools.kernel.db import files_of
from tools.kernel.upload_files import ReceivedFile
from tools.kernel.upload_kinds import UploadKind
from tools.kernel.uploads import Upload


def sent(session: Session, people: People, path: Path, *, creator: int, now: datetime) -> Upload:
    """Store a file as sent by the creator in the chat."""
    data = path.read_bytes()
    arrived = files_of(session) / "arriving.mp4"
    shutil.copy(path, arrived)
    file = ReceivedFile(
        kind=UploadKind.VIDEO,
        name="录屏.mp4",
        media_type="video/mp4",
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        path=arrived,
    )
    [upload] = uploads.attach(
        session,
        creator_id=creator,
        conversation_id=people.conversations[creator],
        message_key="m1",
        files=[file],
        now=now,
    )
    return upload
