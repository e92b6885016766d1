"""What a creator says, what is answered, and what was said before."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from bot import case_turns
from bot.api import shown
from bot.api.callers import Creator
from bot.api.limits import Turns
from bot.api.problems import Kind, ProblemError, documented
from bot.api.schemas import (
    Answer,
    Answered,
    Decision,
    History,
    MessageShown,
    NewMessage,
    PageAsked,
    Receipt,
    Received,
)
from bot.app import App
from bot.assistant import LONGEST_TEXT, readable
from bot.channels.web_uploads import Pending
from bot.messages import Channel, Confirmation, Inbound, Sender, outbound_from
from tools.kernel import upload_files, uploads
from tools.kernel.agent_tool import Speaker
from tools.kernel.proposals import ProposalState, state_of
from tools.kernel.upload_files import ReceivedFile
from tools.support.api import service
from tools.support.api.tokens import CreatorCaller
from tools.support.service import StoredMessage, files_of

# The log names a message by its channel's key; the words before it keep it apart from those of cases and notices.
_KEY = "api:{key}"
_KEPT_TEXT = 2 * LONGEST_TEXT


def sender(caller: CreatorCaller) -> Sender:
    """Return the creator as the assistant knows people of this channel."""
    return Sender(Channel.API, str(caller.creator_id))


@dataclass(frozen=True)
class Messages:
    """The addresses of a conversation."""

    app: App
    turns: Turns
    pending: Pending

    def router(self) -> APIRouter:
        """Return the routes, each for the creator that its token speaks for."""
        router = APIRouter(tags=["messages"])

        @router.post("/messages", responses=documented(Kind.KEY_USED, Kind.NOT_FOUND))
        async def send(caller: Creator, given: NewMessage) -> Answered:
            """Say something; the answer comes back, or null while a person holds the conversation."""
            async with self.turns.turn(caller.creator_id):
                return await asyncio.to_thread(self.send, caller, given)

        @router.get("/messages")
        def history(caller: Creator, asked: Annotated[PageAsked, Query()]) -> History:
            """Read the conversation: its last page, the one before a message, what is new after one, or between two."""
            return self.history(caller, asked)

        @router.post("/receipts")
        def receive(caller: Creator, given: Receipt) -> Received:
            """Say up to where the app has shown the conversation: it is not sent again."""
            return self.receive(caller, given)

        @router.post("/confirmations")
        async def confirm(caller: Creator, given: Decision) -> Answer:
            """Press the confirm or the cancel button of an answer; pressing again tells the same."""
            async with self.turns.turn(caller.creator_id):
                return await asyncio.to_thread(self.confirm, caller, given)

        return router

    def send(self, caller: CreatorCaller, given: NewMessage) -> Answered:
        """Return the assistant's answer; a key that named other words before is refused."""
        now, key = self.app.clock(), _KEY.format(key=given.key)
        earlier = self._earlier(caller, given.thread, key)
        text = readable(given.text)
        # A case's button stands in the log in words of its own.
        is_button = case_turns.read(text) is not None
        if earlier is not None and not is_button and earlier.text != text[:_KEPT_TEXT]:
            raise ProblemError(Kind.KEY_USED)
        files = () if earlier is not None else self._files(caller, given)
        inbound = Inbound(sender(caller), key, given.text, now, given.thread, files)
        outbound = self.app.assistant.reply(inbound)
        answer = shown.answer(outbound) if outbound is not None else None
        return Answered(answer=answer, held_by_person=outbound is None)

    def history(self, caller: CreatorCaller, asked: PageAsked) -> History:
        """Return a page of the creator's own conversation; empty when it has not begun."""
        limit, before = asked.limit, asked.before
        with self.app.database.reading() as session:
            here = self._conversation(session, caller, asked.thread)
            if here is None:
                return History(messages=[], more=False)
            page = (
                service.last_page(session, conversation_id=here, before=before, limit=limit)
                if asked.after is None
                else service.next_page(
                    session, conversation_id=here, after=asked.after, before=before, limit=limit
                )
            )
            now = self.app.clock()
            said = [_message(session, stored, caller, now) for stored in page.messages]
        return History(messages=said, more=page.more)

    def receive(self, caller: CreatorCaller, given: Receipt) -> Received:
        """Take what the app has shown out of the outbox."""
        with self.app.database.writing() as session:
            found = self._conversation(session, caller, given.thread)
            count = (
                service.receive(session, conversation_id=found, up_to=given.up_to, now=self.app.clock())
                if found is not None
                else 0
            )
        return Received(received=count)

    def confirm(self, caller: CreatorCaller, given: Decision) -> Answer:
        """Return what the button did."""
        pressed = Confirmation(
            sender(caller), given.proposal, given.accepted, at=self.app.clock(), thread=given.thread
        )
        return shown.answer(self.app.assistant.confirm(pressed))

    def _earlier(self, caller: CreatorCaller, thread: str, key: str) -> StoredMessage | None:
        with self.app.database.reading() as session:
            found = self._conversation(session, caller, thread)
            return service.question(session, conversation_id=found, key=key) if found is not None else None

    def _files(self, caller: CreatorCaller, given: NewMessage) -> tuple[ReceivedFile, ...]:
        found = self.pending.take(sender(caller), given.uploads)
        if len(found) < len(set(given.uploads)):
            for file in found:
                upload_files.discard(file)
            raise ProblemError(
                Kind.NOT_FOUND,
                "an upload of this message is unknown or was sent before: upload the files again",
            )
        return found

    def _conversation(self, session: Session, caller: CreatorCaller, thread: str) -> int | None:
        who = sender(caller)
        return service.conversation_id(
            session, channel=who.channel, address=who.address, thread=thread, creator=caller.creator_id
        )


def _message(session: Session, stored: StoredMessage, caller: CreatorCaller, now: datetime) -> MessageShown:
    if stored.speaker is not Speaker.CREATOR:
        return shown.message(stored, state=_state(session, stored, now), own_files=frozenset())
    find = partial(uploads.find, session, creator_id=caller.creator_id)
    own = frozenset(file.id for file in files_of(stored) if find(upload_id=file.id) is not None)
    return shown.message(stored, state=None, own_files=own)


def _state(session: Session, stored: StoredMessage, now: datetime) -> ProposalState | None:
    confirm = outbound_from(stored.body).confirm if stored.deleted_at is None else None
    return state_of(session, confirm.id, now=now) if confirm is not None else None
