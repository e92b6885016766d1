"""What a creator can do in the chat: commands, text, and the buttons below an answer."""

import logging
from collections import deque
from functools import partial

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter, Command, CommandObject
from aiogram.types import BotCommand, CallbackQuery, ChatMemberUpdated, Message

from bot.channels.telegram_delivery import show_decision
from bot.channels.telegram_files import FILES, take_files
from bot.channels.telegram_turn import Turn
from bot.channels.telegram_view import Decision, Suggestion
from bot.messages import Confirmation, Outbound

logger = logging.getLogger(__name__)

COMMANDS = (
    BotCommand(command="start", description="打个招呼，看看能问什么"),
    BotCommand(command="help", description="能问什么、怎么用"),
    BotCommand(command="link", description="绑定创作者账号：/link 绑定码"),
    BotCommand(command="reset", description="放下前面聊的，重新开始"),
)

_NOT_THIS = "语音、表情、位置这些我还看不懂，文字、图片、视频和文件可以。把问题打成文字发给我就行，比如“这个月挣了多少”。"
_LINK_HOW = "请把绑定码一起发来，例如：/link ABCD2345。8 位绑定码在创作者 App 的“设置 → 绑定聊天助手”里获取，10 分钟内有效。"
_GROUP = "大家好，我是光合助手。账号和收入是个人隐私，所以我只在私聊里回答：点我的头像，发消息给我就行。"
_BUTTON_GONE = "这个按钮已经失效了，直接把问题发给我就行。"

# What a person can send that is neither text nor a file; the rest are notices of the chat itself.
_NO_TEXT = {
    ContentType.AUDIO: "音频",
    ContentType.CHECKLIST: "清单",
    ContentType.CONTACT: "联系人",
    ContentType.DICE: "骰子",
    ContentType.GAME: "游戏",
    ContentType.LOCATION: "位置",
    ContentType.PAID_MEDIA: "图片",
    ContentType.POLL: "投票",
    ContentType.RICH_MESSAGE: "图文",
    ContentType.STICKER: "表情",
    ContentType.STORY: "动态",
    ContentType.VENUE: "位置",
    ContentType.VOICE: "语音",
}
# A toast of Telegram holds 200 characters.
_LONGEST_TOAST = 200
_ALBUMS_REMEMBERED = 256


def conversation_router() -> Router:
    """Return the handlers; the first whose filter fits answers."""
    router = Router(name="conversation")
    albums: deque[str] = deque(maxlen=_ALBUMS_REMEMBERED)
    # First, because a caption may look like a command.
    router.message.register(take_files, F.content_type.in_(FILES))
    router.message.register(greet, Command("start", "help", ignore_case=True))
    router.message.register(link, Command("link", ignore_case=True))
    router.message.register(reset, Command("reset", ignore_case=True))
    # A command that we do not have is a question what there is; "/" in other text is just text.
    router.message.register(greet, F.text.regexp(r"^/[A-Za-z]"))
    router.message.register(say, F.text)
    router.edited_message.register(change, F.text, F.chat.type == ChatType.PRIVATE)
    router.message.register(partial(ask_for_text, albums=albums), F.content_type.in_(_NO_TEXT))
    router.callback_query.register(press_suggestion, Suggestion.filter())
    router.callback_query.register(decide, Decision.filter())
    router.callback_query.register(refuse_button)
    router.my_chat_member.register(note_block, F.chat.type == ChatType.PRIVATE)
    router.my_chat_member.register(leave_group_alone, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    return router


async def greet(_message: Message, turn: Turn) -> None:
    """Say what can be asked."""
    start = turn.desk.assistant.start
    await turn.show(await turn.think(start, turn.sender, key=turn.key, at=turn.now()))


async def link(_message: Message, turn: Turn, command: CommandObject) -> None:
    """Link the chat to the creator whose code follows the command."""
    if not command.args:
        await turn.tell(_LINK_HOW, about="/link")
        return
    redeem = turn.desk.assistant.link
    await turn.show(await turn.think(redeem, turn.sender, code=command.args, key=turn.key, at=turn.now()))


async def reset(_message: Message, turn: Turn) -> None:
    """Begin anew."""
    start_over = turn.desk.assistant.reset
    await turn.show(await turn.think(start_over, turn.sender, key=turn.key, at=turn.now()))


async def say(message: Message, turn: Turn) -> None:
    """Answer a text."""
    await turn.reply(message.text or "", message=message.message_id)


async def change(message: Message, turn: Turn) -> None:
    """Take changed words: an agent sees them where the old ones stood, the assistant answers its last question anew."""
    await turn.change(message.text or "", message=message.message_id)


async def ask_for_text(message: Message, turn: Turn, *, albums: deque[str]) -> None:
    """Say that this is not understood, once an album."""
    album = message.media_group_id
    if album is not None and album in albums:
        return
    await turn.tell(_NOT_THIS, about=f"（{_NO_TEXT[ContentType(message.content_type)]}）")
    if album is not None:
        albums.append(album)


async def press_suggestion(query: CallbackQuery, callback_data: Suggestion, turn: Turn) -> None:
    """Say for the person what the suggestion says."""
    found = await turn.pressed(callback_data.message)
    if found is None or callback_data.index >= len(found[0].buttons):
        await refuse_button(query)
        return
    outbound, thread = found
    button = outbound.buttons[callback_data.index]
    await _acknowledge(query, button.label)
    await turn.reply(button.send, thread=thread)


async def decide(query: CallbackQuery, callback_data: Decision, turn: Turn) -> None:
    """Execute or cancel what the message proposes, and show the decision where the buttons were."""
    found = await turn.pressed(callback_data.message)
    if found is None or (confirm := found[0].confirm) is None or query.message is None:
        await refuse_button(query)
        return
    outbound, thread = found
    await _acknowledge(query, "")
    confirmation = Confirmation(turn.sender, confirm.id, callback_data.accepted, turn.now(), thread)
    answer = await turn.think(turn.desk.assistant.confirm, confirmation)
    await show_decision(
        turn.desk.bot,
        outbound,
        chat=turn.chat,
        telegram_message=query.message.message_id,
        decision=await turn.decision(confirm),
    )
    await turn.show(answer)


async def refuse_button(query: CallbackQuery) -> None:
    """Say that the button leads nowhere any more."""
    await _acknowledge(query, _BUTTON_GONE)


async def leave_group_alone(_event: object, turn: Turn) -> None:
    """Tell a group, when it adds the bot, that only private chats are served."""
    await turn.show(Outbound(text=_GROUP))


async def note_block(event: ChatMemberUpdated, turn: Turn) -> None:
    """Remember that the person blocked the bot, or started it again."""
    await turn.reachable(yes=event.new_chat_member.status == ChatMemberStatus.MEMBER)


async def _acknowledge(query: CallbackQuery, text: str) -> None:
    try:
        await query.answer(text[:_LONGEST_TOAST])
    except TelegramUnauthorizedError:
        raise
    except AiogramError as fault:
        # A press that waited in the inbox is too old to acknowledge; what it asks for is done all the same.
        logger.info("a pressed button is not acknowledged: %s", fault)
