"""What the web page reads and writes in the store: who the session is, what was said, what became of a proposal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from tools.support import cases, views
from tools.support import service as support
from tools.support.changes import mark_change_applied, pending_changes
from tools.support.service import SentFile, StoredMessage
from tools.support.states import Ending

# What a browser may show in a page; anything else is only ever saved.
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"})

# A page begins with so many lines, and adds as many for each press on the button for earlier ones.
PAGE_LINES = 50
# A page that slept finds at most so many new ones.
_NEWS_LINES = 200
# A creator talks in few conversations; the newest case of this one is among their newest.
_CASES_LOOKED_AT = 20
_TO_RATE = timedelta(days=7)
_TAKEN_BACK = "客服撤回了这条消息。"


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
class Standing:
    """A creator's case as the page's banner shows it; `is_to_rate` once it is resolved and until it is rated."""

    number: str
    words: str
    is_open: bool
    is_to_rate: bool


@dataclass(frozen=True, slots=True)
class News:
    """What is new since a page last looked: whose session it is now, and the messages after the last one shown.

    `standing` is where the creator's case stands. `changed` are messages shown before that somebody edited or took back,
    `changes` what the log still counts as not shown of that.
    """

    creator: int | None
    standing: Standing | None
    said: tuple[Said, ...] = ()
    undelivered: tuple[int, ...] = ()
    changed: tuple[Said, ...] = ()
    changes: tuple[int, ...] = ()


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
    """Return what was said after the message with the sequence number `after`, at first the last page of it."""
    creator = creators.linked_creator(session, channel=sender.channel, address=sender.address)
    standing = _standing(session, creator, conversation_id, now)
    limit = _NEWS_LINES if after else PAGE_LINES
    shown = support.messages(session, conversation_id=conversation_id, limit=limit)
    said = tuple(_said(session, message, creator, now) for message in shown if message.sequence > after)
    changed = tuple(
        _said(session, message, creator, now)
        for message in shown
        if message.sequence <= after and (message.edited_at or message.deleted_at)
    )
    shown_ids = {message.id for message in shown}
    waiting = support.undelivered(session, channel=sender.channel, address=sender.address) if said else ()
    changes = pending_changes(session, channel=sender.channel, address=sender.address) if changed else ()
    return News(
        creator,
        standing,
        said,
        undelivered=tuple(one.message_id for one in waiting if one.message_id in shown_ids),
        changed=changed,
        changes=tuple(one.change_id for one in changes if one.message_id in shown_ids),
    )


def older(
    session: Session, *, sender: Sender, conversation_id: int, before: int, now: datetime
) -> tuple[Said, ...]:
    """Return the page of messages before the one with the sequence number `before`."""
    creator = creators.linked_creator(session, channel=sender.channel, address=sender.address)
    found = support.messages(session, conversation_id=conversation_id, limit=PAGE_LINES, before=before)
    return tuple(_said(session, message, creator, now) for message in found)


def mark_shown(session: Session, *, news: News, now: datetime) -> None:
    """Take what a page has shown out of the web's outbox."""
    for message_id in news.undelivered:
        support.mark_delivered(session, message_id=message_id, now=now)
    for change_id in news.changes:
        mark_change_applied(session, change_id=change_id, now=now)


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
    if message.deleted_at is not None:
        return Said(message, Outbound(text=_TAKEN_BACK), None)
    outbound = outbound_from(message.body)
    decision = state_of(session, outbound.confirm.id, now=now) if outbound.confirm is not None else None
    return Said(message, outbound, decision)


def _standing(session: Session, creator: int | None, conversation_id: int, now: datetime) -> Standing | None:
    """Return where the newest case of this conversation stands, while it matters to the creator."""
    if creator is None:
        return None
    newest = views.cases_of_creator(session, creator_id=creator, limit=_CASES_LOOKED_AT)
    case = next((one for one in newest if one.conversation_id == conversation_id), None)
    if case is None:
        return None
    is_to_rate = (
        case.ending is Ending.SOLVED
        and case.rating is None
        and case.resolved_at is not None
        and now - case.resolved_at < _TO_RATE
    )
    if not case.state.is_open and not is_to_rate:
        return None
    words = cases.status_words(session, number=case.number, now=now)
    return Standing(case.number, words, case.state.is_open, is_to_rate)


def _file(session: Session, file: SentFile, creator: int | None) -> ShownFile:
    found = uploads.find(session, upload_id=file.id, creator_id=creator) if creator is not None else None
    if found is None:
        return ShownFile(file.kind, file.name, file.size_bytes, is_gone=True)
    return ShownFile(found.kind, found.name, found.size_bytes, found.id, found.media_type in SHOWN_TYPES)
