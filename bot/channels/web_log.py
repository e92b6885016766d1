"""What the web page reads and writes in the store: who the session is, what was said, what became of a proposal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.messages import Outbound, Sender, outbound_from
from tools.creators import service as creators
from tools.creators.demo_accounts import ACCOUNTS
from tools.creators.service import Account
from tools.kernel import uploads
from tools.kernel.agent_tool import Speaker
from tools.kernel.charts import Chart
from tools.kernel.models import DemoDay
from tools.kernel.proposals import ProposalState, state_of
from tools.kernel.upload_kinds import UploadKind
from tools.support import service as support
from tools.support.service import SentFile, StoredMessage

# What a browser may show in a page; anything else is only ever saved.
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"})

# How far back a page shows a conversation; the log keeps all of it.
_SHOWN_LINES = 200


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of the person's own; it has no `upload_id` before it is stored, and again once it was deleted with age."""

    kind: UploadKind
    name: str
    size_bytes: int
    upload_id: int | None = None
    is_picture: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the log as a page shows it; `outbound` is what somebody answered, None for the person's words.

    `files` came with the person's words.
    """

    message: StoredMessage
    outbound: Outbound | None
    decision: ProposalState | None
    files: tuple[ShownFile, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What is new since a page last looked: whose session it is now, and the messages after the last one shown."""

    creator: int | None
    said: tuple[Said, ...]
    undelivered: tuple[int, ...]


def viewer(session: Session, *, sender: Sender) -> Account | None:
    """Return the account that the session speaks for."""
    creator = creators.linked_creator(session, channel=sender.channel, address=sender.address)
    return creators.account(session, creator_id=creator) if creator is not None else None


def open_conversation(session: Session, *, sender: Sender, now: datetime) -> int:
    """Return the session's conversation, begun now if there was none."""
    return support.conversation(
        session,
        channel=sender.channel,
        address=sender.address,
        thread="",
        creator=creators.linked_creator(session, channel=sender.channel, address=sender.address),
        now=now,
    ).id


def news(session: Session, *, sender: Sender, conversation_id: int, after: int, now: datetime) -> News:
    """Return what was said after the message with the sequence number `after`."""
    creator = creators.linked_creator(session, channel=sender.channel, address=sender.address)
    newest = support.messages(session, conversation_id=conversation_id, limit=1)
    if not newest or newest[-1].sequence <= after:
        return News(creator, (), ())
    shown = support.messages(session, conversation_id=conversation_id, limit=_SHOWN_LINES)
    said = tuple(_said(session, message, creator, now) for message in shown if message.sequence > after)
    shown_ids = {message.id for message in shown}
    waiting = support.undelivered(session, channel=sender.channel, address=sender.address)
    return News(creator, said, tuple(one.message_id for one in waiting if one.message_id in shown_ids))


def mark_delivered(session: Session, *, message_ids: Iterable[int], now: datetime) -> None:
    """Take what a page has shown out of the web's outbox."""
    for message_id in message_ids:
        support.mark_delivered(session, message_id=message_id, now=now)


def demo_accounts(session: Session) -> tuple[Account, ...]:
    """Return the demo platform's accounts, the default one first."""
    found = (creators.find_account(session, handle=account.handle) for account in ACCOUNTS)
    return tuple(account for account in found if account is not None)


def attached(session: Session, *, sender: Sender, message_id: int, index: int) -> Path | Chart | None:
    """Return a file or a chart that came with an answer to this session; another session's looks as if there was none.

    The charts are counted after the files.
    """
    answer = support.answer_in_chat(
        session, message_id=message_id, channel=sender.channel, address=sender.address
    )
    creator = creators.linked_creator(session, channel=sender.channel, address=sender.address)
    # A session that has since linked to somebody else sees nothing of the earlier account.
    if answer is None or answer.creator != creator:
        return None
    outbound = outbound_from(answer.body)
    paths = [Path(attachment.path) for attachment in outbound.attachments]
    found = [path if path.is_file() else None for path in paths]
    return [*found, *outbound.charts][index] if index < len(found) + len(outbound.charts) else None


def check(session: Session) -> None:
    """Read one row; raises what the database raises when it does not answer."""
    session.get(DemoDay, 1)


def _said(session: Session, message: StoredMessage, creator: int | None, now: datetime) -> Said:
    if message.speaker is Speaker.CREATOR:
        files = tuple(_file(session, file, creator) for file in support.files_of(message))
        return Said(message, None, None, files)
    outbound = outbound_from(message.body)
    decision = state_of(session, outbound.confirm.id, now=now) if outbound.confirm is not None else None
    return Said(message, outbound, decision)


def _file(session: Session, file: SentFile, creator: int | None) -> ShownFile:
    found = uploads.find(session, upload_id=file.id, creator_id=creator) if creator is not None else None
    if found is None:
        return ShownFile(file.kind, file.name, file.size_bytes, is_gone=True)
    return ShownFile(found.kind, found.name, found.size_bytes, found.id, found.media_type in SHOWN_TYPES)
