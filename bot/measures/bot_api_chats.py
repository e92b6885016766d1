"""The chats behind the loopback Bot API server: private ones and a forum, with Telegram's limits where they are set."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

from bot.channels.telegram_turnstile import Limits, Rate
from bot.measures.bot_api_wire import (
    BOT,
    BadRequestError,
    Call,
    FloodError,
    ForbiddenError,
    Json,
    Shown,
    Topic,
    as_message,
    read_album,
    read_buttons,
    read_caption,
    read_words,
)

# What getFile gives out at most.
LARGEST_FILE = 20 * 1000 * 1000


@dataclass(slots=True)
class Chats:
    """What people see; every method of the Bot API that the bot uses is carried out here."""

    message_ids: "count[int]" = field(default_factory=lambda: count(1))
    shown: dict[int, list[Shown]] = field(default_factory=lambda: defaultdict(list[Shown]))
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    topics: dict[int, Topic] = field(default_factory=dict[int, Topic])
    members: dict[int, str] = field(default_factory=dict[int, str])
    blocked: set[int] = field(default_factory=set[int])
    webhook: Json = field(default_factory=dict)
    limits: Limits | None = None
    sent_at: deque[tuple[float, int]] = field(default_factory=deque[tuple[float, int]])
    closed_until: float = 0
    forum_ids: "count[int]" = field(default_factory=lambda: count(1))

    def carry_out(self, call: Call) -> object:
        """Do what the request asks; raises BadRequestError, ForbiddenError or FloodError where Telegram says no."""
        known: dict[str, Callable[[Call], object]] = {
            "getMe": lambda _: {**BOT, "can_join_groups": True},
            "sendMessage": self._show,
            "sendPhoto": self._show,
            "sendDocument": self._show,
            "sendVideo": self._show,
            "sendMediaGroup": self._show_album,
            "editMessageText": self._edit,
            "editMessageCaption": self._edit,
            "editMessageReplyMarkup": self._edit,
            "deleteMessage": self._delete,
            "getFile": self._describe,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "createForumTopic": self._create_topic,
            "editForumTopic": self._topic_is_there,
            "closeForumTopic": self._close_topic,
            "reopenForumTopic": self._close_topic,
            "getForumTopicIconStickers": lambda _: _ICONS,
            "getChatMember": self._member,
        }
        if call.method in _NOTHING_TO_SEE:
            return True
        if call.method not in known:
            raise BadRequestError(f"method {call.method} is not part of this server")
        return known[call.method](call)

    def _admit(self, call: Call, messages: int = 1) -> int:
        chat = call.chat
        assert chat is not None
        if chat in self.blocked:
            raise ForbiddenError("bot was blocked by the user")
        if self.limits is not None:
            self._count(call.at, chat, messages, self.limits)
        return chat

    def _count(self, now: float, chat: int, messages: int, limits: Limits) -> None:
        if now < self.closed_until:
            raise FloodError(self.closed_until - now)
        while self.sent_at and self.sent_at[0][0] <= now - _LONGEST_WINDOW:
            self.sent_at.popleft()
        own = (
            [at for at, there in reversed(self.sent_at) if there == chat] if chat < 0 else self._last_of(chat)
        )
        for rate, times in ((limits.total, self._recent(limits.total, now)), (limits.of_chat(chat), own)):
            if sum(at > now - rate.seconds for at in times) + messages > rate.most:
                self.closed_until = now + max(1.0, rate.seconds / rate.most)
                raise FloodError(self.closed_until - now)
        self.sent_at.extend([(now, chat)] * messages)

    def _recent(self, rate: Rate, now: float) -> list[float]:
        """Return the last requests that count for the rate, newest first."""
        found: list[float] = []
        for at, _ in reversed(self.sent_at):
            if at <= now - rate.seconds:
                break
            found.append(at)
        return found

    def _last_of(self, chat: int) -> list[float]:
        return [shown.at for shown in self.shown[chat][-2:]]

    def _next_id(self, chat: int) -> int:
        # Telegram counts one row of ids over all private chats of a bot, and one in each supergroup.
        return next(self.forum_ids if chat < 0 else self.message_ids)

    def _show(self, call: Call) -> Json:
        chat = self._admit(call)
        thread = self._thread(call)
        shown = Shown(
            chat,
            self._next_id(chat),
            text=read_words(call) if call.method == "sendMessage" else "",
            html=call.params.get("text"),
            buttons=read_buttons(call),
            file=next(
                (call.params[kind] for kind in ("photo", "document", "video") if kind in call.params), None
            ),
            thread=thread,
            reply_to=call.reply_to,
            caption=read_caption(call),
            at=call.at,
        )
        self.shown[chat].append(shown)
        return as_message(shown)

    def _show_album(self, call: Call) -> list[Json]:
        album = read_album(call)
        chat = self._admit(call, len(album))
        thread = self._thread(call)
        shown = [
            Shown(chat, self._next_id(chat), "", None, file=file, thread=thread, caption=caption, at=call.at)
            for file, caption in album
        ]
        self.shown[chat].extend(shown)
        return [as_message(one) for one in shown]

    def _thread(self, call: Call) -> int | None:
        if call.thread is None:
            return None
        if call.thread not in self.topics:
            raise BadRequestError("message thread not found")
        if self.topics[call.thread].deleted:
            raise BadRequestError("TOPIC_DELETED")
        return call.thread

    def _find(self, call: Call, problem: str) -> tuple[list[Shown], int]:
        assert call.chat is not None
        shown = self.shown[call.chat]
        for place, before in enumerate(shown):
            if before.message_id == int(call.params["message_id"]):
                return shown, place
        raise BadRequestError(problem)

    def _edit(self, call: Call) -> Json:
        self._admit(call)
        shown, place = self._find(call, "message to edit not found")
        before = shown[place]
        text, caption = before.text, before.caption
        if call.method == "editMessageText":
            if before.file is not None:
                raise BadRequestError("there is no text in the message to edit")
            text = read_words(call)
        if call.method == "editMessageCaption":
            if before.file is None:
                raise BadRequestError("there is no caption in the message to edit")
            caption = read_caption(call)
        after = replace(before, text=text, caption=caption, buttons=read_buttons(call), edited=True)
        if replace(after, edited=before.edited) == before:
            raise BadRequestError("message is not modified")
        shown[place] = after
        return as_message(after)

    def _delete(self, call: Call) -> bool:
        self._admit(call)
        shown, place = self._find(call, "message to delete not found")
        del shown[place]
        return True

    def _describe(self, call: Call) -> Json:
        file_id = call.params["file_id"]
        content = self.files.get(file_id)
        if content is None:
            raise BadRequestError("wrong file_id or the file is temporarily unavailable")
        if len(content) > LARGEST_FILE:
            raise BadRequestError("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": len(content),
            "file_path": f"documents/{file_id}",
        }

    def _set_webhook(self, call: Call) -> bool:
        self.webhook = dict(call.params)
        return True

    def _delete_webhook(self, _call: Call) -> bool:
        self.webhook = {}
        return True

    def _create_topic(self, call: Call) -> Json:
        chat = self._admit(call)
        thread = self._next_id(chat)
        self.topics[thread] = Topic(call.params["name"])
        return {"message_thread_id": thread, "name": call.params["name"], "icon_color": 7_322_096}

    def _topic_is_there(self, call: Call) -> bool:
        self._admit(call)
        thread = self._thread(call)
        assert thread is not None
        topic = self.topics[thread]
        self.topics[thread] = replace(topic, icon=call.params.get("icon_custom_emoji_id", topic.icon))
        return True

    def _close_topic(self, call: Call) -> bool:
        self._admit(call)
        thread = self._thread(call)
        assert thread is not None
        closed = call.method == "closeForumTopic"
        if self.topics[thread].closed == closed:
            raise BadRequestError("TOPIC_NOT_MODIFIED")
        self.topics[thread] = replace(self.topics[thread], closed=closed)
        return True

    def _member(self, call: Call) -> Json:
        user = int(call.params["user_id"])
        status = self.members.get(user, "left")
        return {"status": status, "user": {"id": user, "is_bot": False, "first_name": "人"}}


_NOTHING_TO_SEE = {"sendChatAction", "answerCallbackQuery", "setMyCommands", "sendMessageDraft"}
_LONGEST_WINDOW = 60.0
_ICONS = [
    {
        "file_id": f"icon-{number}",
        "file_unique_id": f"icon-{number}",
        "type": "custom_emoji",
        "width": 100,
        "height": 100,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
        "custom_emoji_id": f"emoji-{number}",
    }
    for number, emoji in enumerate(("❓", "💬", "✅"))
]
