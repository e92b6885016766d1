"""The assistant: who asks, is a person holding the case, what was answered. Every channel calls this and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from bot import case_turns, changed_words, said_lines, sent_files
from bot.agent.agent import Agent, Answered, Turn
from bot.agent.signals import heard
from bot.agent.toolbox import Toolbox, TurnContext
from bot.messages import (
    Channel,
    Confirmation,
    Inbound,
    Outbound,
    Sender,
    outbound_body,
    outbound_from,
)
from bot.sight.watch import TurnNote, Watch
from tools.creators import service as creators
from tools.kernel import proposals, uploads
from tools.kernel.agent_tool import Button, Reply
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError, Refusal
from tools.kernel.uploads import Upload
from tools.support import cases
from tools.support import service as support
from tools.support.service import ConversationState, StoredMessage
from tools.support.turns import service as turns
from tools.support.turns.kinds import TurnKind

# Longer than anybody types into a messenger; the rest of a longer text would be guessed at.
LONGEST_TEXT = 2_000

_EMPTY = "我没有收到文字内容。请用文字说说你想查什么，比如“我这个月挣了多少”。"
_TOO_LONG = "这条消息有 {length:,} 个字，太长了。请控制在 {limit:,} 个字以内，分成几条发给我。"
_START = (
    "你好，我是光合助手，平台给创作者配的助手。可以问我：账号诊断、激励计划、收益、侵权举报、平台规则；"
    "图片和视频可以直接发给我。需要真人时说“转人工”。"
)
_START_GUEST = "你现在还没有绑定创作者账号，只能查公开规则。在创作者 App 的“设置 → 绑定聊天助手”里获取 8 位绑定码，发送 /link 绑定码 即可绑定。"
_RESET = "好的，前面聊的我先放下了，我们重新开始。你想查什么？"
_LINKED = "绑定成功，{nickname}（@{handle}）。现在可以查你的数据、激励和收益了。"
_SUGGESTIONS = (
    Button("诊断一下账号", "帮我诊断一下账号"),
    Button("我能报哪些激励", "有哪些激励计划我能报"),
    Button("这个月收益", "我这个月挣了多少"),
)
_GUEST_SUGGESTIONS = (
    Button("光合计划要求", "光合计划要多少粉丝才能参加"),
    Button("提现规则", "提现有什么要求"),
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What the first transaction of a turn found: `before` is the last answer given, `files` what came just now."""

    conversation: ConversationState
    context: TurnContext
    answer: StoredMessage | None
    before: StoredMessage | None
    files: tuple[Upload, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class _Command:
    """Something a person did that no model needs to understand; `said` stands in the log for it."""

    sender: Sender
    key: str
    said: str
    at: datetime
    thread: str = ""


class Assistant:
    """Answers people, once a message, from any number of threads."""

    def __init__(
        self,
        *,
        database: Database,
        toolbox: Toolbox,
        agent: Callable[[], Agent],
        today: Callable[[], date],
        watch: Watch | None = None,
    ) -> None:
        self._database = database
        self._toolbox = toolbox
        # Asked for at the first turn: greetings, links and confirmations need no agent.
        self._agent = agent
        self._today = today
        self._watch = watch or Watch()

    def reply(self, inbound: Inbound) -> Outbound | None:
        """Answer a message; the same key again returns the same answer.

        Returns None when a support agent holds the conversation: the message is in the log, and they will answer.
        """
        text = readable(inbound.text)
        if (pressed := case_turns.read(text)) is not None:
            return self._press(inbound, pressed)
        with self._watch.turn(inbound.sender.channel) as note:
            opened = self._open(inbound, text)
            if opened.answer is not None:
                note.kind = TurnKind.REPEATED
                return _outbound(opened.answer)
            if opened.held:
                note.kind = TurnKind.HELD
                return None
            answered = self._answer(text, opened, came_with_files=bool(inbound.uploads))
            return self._store(inbound, opened, answered=answered, note=note)

    def file_problem(self, sender: Sender, *, at: datetime) -> str | None:
        """Return why no file of this person may be received now: asked before a channel fetches one."""
        with self._database.reading() as session:
            creator = _creator(session, sender)
            if creator is None:
                return sent_files.LINK_FIRST
            day = uploads.sent_bytes(session, creator_id=creator, since=at - timedelta(days=1))
        return sent_files.over_daily_limit() if day >= sent_files.DAILY_BYTES else None

    def confirm(self, confirmation: Confirmation) -> Outbound:
        """Execute or cancel a proposal of the person who pressed; pressing again tells the same."""
        pressed = _Command(
            confirmation.sender,
            key=f"confirm:{confirmation.proposal}:{'yes' if confirmation.accepted else 'no'}",
            said="（确认）" if confirmation.accepted else "（取消）",
            at=confirmation.at,
            thread=confirmation.thread,
        )
        try:
            with self._database.writing() as session:
                conversation = self._conversation(session, pressed.sender, pressed.thread, pressed.at)
                context = self._context(session, conversation, pressed.key, pressed.at)
                call = self._toolbox.call(session, context)
                if confirmation.accepted:
                    reply = proposals.confirm(call, confirmation.proposal, tools=self._toolbox.tools)
                else:
                    reply = proposals.decline(call, confirmation.proposal)
                return self._log(session, conversation, pressed, _of_reply(reply))
        except Refusal as refusal:
            return Outbound(text=str(refusal))

    def link(self, sender: Sender, *, code: str, key: str, at: datetime) -> Outbound:
        """Link the sender to the creator whose one-time code this is, or say why not."""

        def answer(session: Session) -> Outbound:
            linked = creators.redeem_link_code(
                session, channel=sender.channel, address=sender.address, code=code.strip().upper(), now=at
            )
            if isinstance(linked, creators.LinkProblem):
                return Outbound(text=linked.words)
            words = _LINKED.format(nickname=linked.nickname, handle=linked.handle)
            return Outbound(text=words, buttons=_SUGGESTIONS)

        # The code itself is a secret and stays out of the log.
        return self._command(_Command(sender, key=key, said="/link", at=at), answer)

    def reset(self, sender: Sender, *, key: str, at: datetime, thread: str = "") -> Outbound:
        """Begin the conversation anew; the message log keeps what was said."""

        def answer(session: Session) -> Outbound:
            conversation = self._conversation(session, sender, thread, at)
            support.start_over(session, conversation_id=conversation.id)
            return Outbound(text=_RESET)

        return self._command(_Command(sender, key=key, said="/reset", at=at, thread=thread), answer)

    def start(self, sender: Sender, *, key: str, at: datetime) -> Outbound:
        """Greet, and say what can be asked."""

        def answer(session: Session) -> Outbound:
            if _creator(session, sender) is None:
                return Outbound(text=f"{_START}\n\n{_START_GUEST}", buttons=_GUEST_SUGGESTIONS)
            return Outbound(text=_START, buttons=_SUGGESTIONS)

        return self._command(_Command(sender, key=key, said="/start", at=at), answer)

    def tell(self, sender: Sender, text: str, *, about: str, key: str, at: datetime) -> Outbound:
        """Answer a message that the channel cannot take, named by `about`, with the channel's own words."""
        return self._command(_Command(sender, key=key, said=about, at=at), lambda _: Outbound(text=text))

    def draft(self, *, conversation_id: int, creator_id: int, at: datetime) -> Outbound | None:
        """Return what the assistant would answer to the creator's last words, for a support agent to look at.

        Nothing is changed, proposed, logged or remembered. None when the creator has said nothing.
        """
        with self._database.reading() as session:
            lines = said_lines.without_hand_over(support.messages(session, conversation_id=conversation_id))
            before, text = said_lines.to_answer(lines)
            if not text:
                return None
            context = TurnContext(
                creator=creator_id,
                on=self._today(),
                now=at,
                turn=f"draft:{uuid4().hex}",
                conversation_id=conversation_id,
                transcript=lines,
                uploads=uploads.newest(
                    session, conversation_id=conversation_id, creator_id=creator_id, now=at
                ),
                is_draft=True,
            )
        turn = Turn(text[:LONGEST_TEXT], context, thread=context.turn, checkpoint=None)
        return self._agent().draft(turn, before=before)

    def _press(self, inbound: Inbound, pressed: case_turns.CaseCommand) -> Outbound:
        """Do what a case's button means, also while a person holds the case."""

        def answer(session: Session) -> Outbound:
            creator = _creator(session, inbound.sender)
            return case_turns.done(session, pressed, creator=creator, now=inbound.at)

        said = f"{pressed.deed}工单 {pressed.number}"
        command = _Command(inbound.sender, inbound.key, said, inbound.at, inbound.thread)
        return self._command(command, answer)

    def change(self, inbound: Inbound) -> Outbound | None:
        """Take the new words of a message that the person has changed; None where nothing is said to it."""
        text = readable(inbound.text).strip()[: 2 * LONGEST_TEXT]
        with self._database.writing() as session:
            here = self._conversation(session, inbound.sender, inbound.thread, inbound.at).id
            anew = changed_words.asks_anew(session, inbound, conversation_id=here, text=text)
        return self.reply(inbound) if anew else None

    def _command(self, command: _Command, answer: Callable[[Session], Outbound]) -> Outbound:
        """Do what the command means and log its answer in one transaction; the same key again does nothing."""
        sender = command.sender
        with self._database.writing() as session:
            conversation = self._conversation(session, sender, command.thread, command.at)
            if stored := support.answer_to(session, conversation_id=conversation.id, key=command.key):
                return _outbound(stored)
            outbound = answer(session)
            # Linking changes who this is: the answer belongs to the conversation that begins with it.
            conversation = self._conversation(session, sender, command.thread, command.at)
            return self._log(session, conversation, command, outbound)

    def _log(
        self, session: Session, conversation: ConversationState, command: _Command, outbound: Outbound
    ) -> Outbound:
        support.log_question(
            session, conversation_id=conversation.id, key=command.key, text=command.said, now=command.at
        )
        stored = support.log_answer(
            session,
            conversation_id=conversation.id,
            key=command.key,
            text=outbound.text,
            body=outbound_body(outbound),
            checkpoint=None,
            deliver=command.sender.channel is Channel.TELEGRAM,
            now=command.at,
        )
        return _outbound(stored)

    def _open(self, inbound: Inbound, text: str) -> _Opened:
        with self._database.writing() as session:
            conversation = self._conversation(session, inbound.sender, inbound.thread, inbound.at)
            answer = support.answer_to(session, conversation_id=conversation.id, key=inbound.key)
            before = said_lines.last_answer(session, conversation)
            files = sent_files.attached(session, conversation, inbound) if answer is None else ()
            if answer is None and support.log_question(
                session,
                conversation_id=conversation.id,
                key=inbound.key,
                text=text[: 2 * LONGEST_TEXT],
                now=inbound.at,
                files=files,
                signals=heard(text[:LONGEST_TEXT]),
                name=inbound.name,
            ):
                cases.creator_spoke(session, conversation_id=conversation.id, now=inbound.at)
            turn = f"{conversation.id}:{inbound.key}"
            context = self._context(session, conversation, turn, inbound.at)
            held = cases.is_held(session, conversation_id=conversation.id)
        return _Opened(conversation, context, answer, before, files, held)

    def _answer(self, text: str, opened: _Opened, *, came_with_files: bool) -> Answered:
        conversation = opened.conversation
        if came_with_files and not opened.files:
            return Answered(Outbound(text=sent_files.LINK_FIRST), None)
        if not text and opened.files:
            meant = sent_files.meant(opened.before, now=opened.context.now)
            if meant is None:
                return Answered(sent_files.noted(opened.files), None)
            text = meant
        if not text:
            return Answered(Outbound(text=_EMPTY), None)
        if len(text) > LONGEST_TEXT:
            return Answered(Outbound(text=_TOO_LONG.format(length=len(text), limit=LONGEST_TEXT)), None)
        thread = f"{conversation.id}:{conversation.epoch}"
        return self._agent().answer(Turn(text, opened.context, thread, conversation.checkpoint))

    def _store(
        self, inbound: Inbound, opened: _Opened, *, answered: Answered, note: TurnNote
    ) -> Outbound | None:
        conversation, now = opened.conversation, opened.context.now
        with self._database.writing() as session:
            support.lock(session, conversation_id=conversation.id)
            if cases.is_held(session, conversation_id=conversation.id):
                # Somebody took the case while this was thought about: the assistant does not talk over them.
                note.kind = TurnKind.HELD
                return None
            signals = case_turns.unsolved(self._watch.turned(note).kind, answered.outbound)
            outbound = case_turns.handed_over(
                session,
                answered.outbound,
                conversation=conversation,
                signals=signals,
                said=readable(inbound.text),
                on=opened.context.on,
                now=now,
            )
            if outbound.case is not None:
                note.kind = TurnKind.ESCALATED
            turns.record(session, self._watch.turned(note), now=now)
            stored = support.log_answer(
                session,
                conversation_id=conversation.id,
                key=inbound.key,
                text=outbound.text,
                body=outbound_body(outbound),
                checkpoint=answered.checkpoint,
                deliver=inbound.sender.channel is Channel.TELEGRAM,
                now=now,
                epoch=conversation.epoch,
                signals=signals,
            )
        return _outbound(stored)

    def _conversation(self, session: Session, sender: Sender, thread: str, at: datetime) -> ConversationState:
        return support.conversation(
            session,
            channel=sender.channel,
            address=sender.address,
            thread=thread,
            creator=_creator(session, sender),
            now=at,
        )

    def _context(
        self, session: Session, conversation: ConversationState, turn: str, at: datetime
    ) -> TurnContext:
        return TurnContext(
            creator=conversation.creator,
            on=self._today(),
            now=at,
            turn=turn,
            conversation_id=conversation.id,
            transcript=support.transcript(session, conversation_id=conversation.id),
            uploads=uploads.newest(
                session, conversation_id=conversation.id, creator_id=conversation.creator, now=at
            ),
        )


class UnknownHandleError(OperatorError):
    """The terminal speaks for an account that does not exist."""


def _creator(session: Session, sender: Sender) -> int | None:
    if sender.channel is Channel.API:
        return int(sender.address)
    if sender.channel is not Channel.TERMINAL:
        return creators.linked_creator(session, channel=sender.channel, address=sender.address)
    found = creators.find_account(session, handle=sender.address)
    if found is None:
        raise UnknownHandleError(
            f"no creator has the handle {sender.address!r}; `guanghe init --demo` loads the demo's"
        )
    return found.id


def readable(text: str) -> str:
    """Return the text as the log keeps it: without what no person types: control characters and broken encodings."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character for character in whole if character.isprintable() or character == "\n").strip()


def _of_reply(reply: Reply) -> Outbound:
    return Outbound(
        text=reply.text,
        citations=reply.citations,
        buttons=reply.buttons,
        attachments=reply.attachments,
        charts=reply.charts,
        case=reply.case,
    )


def _outbound(stored: StoredMessage) -> Outbound:
    return replace(outbound_from(stored.body), message_id=stored.id)
