"""Messages as elements of the page: every word is set as text, none as HTML."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from nicegui.element import Element

from bot.channels.web_chart import show_chart
from bot.channels.web_clause import clause_address
from bot.channels.web_elements import LEAF, box, describe, drawing, pressable, words
from bot.channels.web_file import show_file
from bot.channels.web_log import Said, ShownFile
from bot.messages import Confirm, Outbound
from tools.creators.service import Account
from tools.kernel.agent_tool import Attachment, Button, Citation, Speaker
from tools.kernel.period import PLATFORM_ZONE
from tools.kernel.proposals import ProposalState

# What the assistant writes into the log for a button or a command, and how the page tells it.
START, RESET = "/start", "/reset"
_LOGGED = {"/link": "绑定账号", "（确认）": "确认", "（取消）": "取消"}

# More of them would push the answer itself off a phone's screen.
_SOURCES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons of a message do."""

    say: Callable[[str], Awaitable[None]]
    decide: Callable[[Confirm, bool], Awaitable[str]]


def show_said(said: Said, actions: Actions) -> Element | None:
    """Add one message of the log and return it; None for what people do not see."""
    message = said.message
    if said.outbound is not None:
        return show_answer(
            said.outbound,
            actions,
            speaker=message.speaker,
            message_id=message.id,
            at=message.at,
            decision=said.decision,
            is_edited=message.edited_at is not None and message.deleted_at is None,
        )
    if message.text == RESET:
        return describe(words("div", "新的对话", "divider"), role="separator")
    if message.text == START:
        return None
    return show_question(_LOGGED.get(message.text, message.text), at=message.at, files=said.files)


def show_question(text: str, *, at: datetime, files: Sequence[ShownFile] = ()) -> Element:
    """Add the person's own words and files."""
    turn = describe(box("article", "turn mine"), aria_label="我")
    with turn, box("div", "content"):
        for file in files:
            show_file(file)
        if text:
            with box("div", "bubble"):
                words("div", text, "words")
        _stamp(at)
    return turn


def show_answer(
    outbound: Outbound,
    actions: Actions,
    *,
    at: datetime,
    speaker: Speaker = Speaker.ASSISTANT,
    message_id: int | None = None,
    decision: ProposalState | None = None,
    is_edited: bool = False,
) -> Element:
    """Add what the assistant or a support agent said, with everything that belongs to it."""
    agent = speaker is Speaker.AGENT
    turn = box("article", "turn agent" if agent else "turn")
    with describe(turn, aria_label="1V1 客服" if agent else "光合助手"):
        _face(agent=agent)
        with box("div", "content"):
            with box("div", "bubble"):
                words("div", outbound.text, "words")
                for index, attachment in enumerate(outbound.attachments):
                    _attachment(attachment, message_id=message_id, index=index)
                for number, chart in enumerate(outbound.charts, start=len(outbound.attachments)):
                    show_chart(chart, picture=_address(message_id, number))
                if outbound.confirm is not None and decision is not None:
                    _confirm(outbound.confirm, decision, said=outbound.text, actions=actions)
                if outbound.case is not None and not agent:
                    _case(outbound.case)
            show_sources(outbound.citations, on=at.astimezone(PLATFORM_ZONE).date())
            _stamp(at, is_edited=is_edited)
            _suggestions(outbound.buttons, actions)
    return turn


def show_typing() -> Element:
    """Add the sign that an answer is on its way."""
    turn = describe(box("div", "turn"), role="status")
    with turn:
        _face(agent=False)
        with box("div", "content"), box("div", "bubble"):
            words("span", "光合助手正在输入…", "hidden-words")
            with describe(box("div", "typing"), aria_hidden="true"):
                for _ in range(3):
                    box("i")
    return turn


def show_note(text: str) -> None:
    """Add a line that nobody said."""
    words("div", text, "note")


def about(account: Account) -> str:
    """Return whose account this is, in a line."""
    return f"@{account.handle} · {account.category} · {account.followers:,} 粉丝"


def _face(*, agent: bool) -> None:
    if agent:
        describe(words("div", "客", "face"), aria_hidden="true")
    else:
        drawing(LEAF, "face")


def _stamp(at: datetime, *, is_edited: bool = False) -> None:
    local = at.astimezone(PLATFORM_ZONE)
    told = f"{local:%H:%M} · 改过" if is_edited else f"{local:%H:%M}"
    describe(words("time", told, "stamp"), datetime=local.isoformat(timespec="minutes"))


def _case(case: str) -> None:
    with box("div", "case"):
        words("span", "受理编号 ")
        words("b", case)


def _attachment(attachment: Attachment, *, message_id: int | None, index: int) -> None:
    address = _address(message_id, index)
    if address is None:
        return
    if attachment.kind == "image":
        describe(box("img", "attached"), src=address, alt="光合助手发来的图片")
    else:
        describe(words("a", "下载附件", "file-link"), href=address, download="")


def _address(message_id: int | None, index: int) -> str | None:
    """Return where a file of a kept answer is found; one that is not kept has no address."""
    return None if message_id is None else f"/attachments/{message_id}/{index}"


def show_sources(citations: tuple[Citation, ...], *, on: date) -> None:
    """Add the clauses that an answer of that day stands on; each opens, and leads to its policy."""
    if not citations:
        return
    sources = list(enumerate(dict.fromkeys(citations), start=1))
    with describe(box("section", "sources"), aria_label="依据的规则"):
        for number, citation in sources[:_SOURCES_SHOWN]:
            _source(number, citation, on=on)
        if rest := sources[_SOURCES_SHOWN:]:
            with box("details", "more"):
                words("summary", f"还有 {len(rest)} 条依据")
                for number, citation in rest:
                    _source(number, citation, on=on)


def _source(number: int, citation: Citation, *, on: date) -> None:
    with box("details", "source"):
        with box("summary"):
            describe(words("span", str(number), "number"), aria_hidden="true")
            with box("span", "title"):
                words("b", f"《{citation.title}》")
                words("span", f"第 {citation.clause} 条")
        with box("div", "quote"):
            words("blockquote", citation.quote)
            link = words("a", "看规则全文", "file-link")
            describe(
                link,
                href=clause_address(citation.policy, citation.clause, on=on),
                target="_blank",
                rel="noopener",
            )


def _suggestions(buttons: tuple[Button, ...], actions: Actions) -> None:
    if not buttons:
        return
    with describe(box("div", "suggestions"), role="group", aria_label="可以接着问"):
        for button in buttons:
            _suggestion(button, actions)


def _suggestion(button: Button, actions: Actions) -> None:
    async def press() -> None:
        await actions.say(button.send)

    pressable(button.label, "", press)


def _confirm(confirm: Confirm, decision: ProposalState, *, said: str, actions: Actions) -> None:
    with describe(box("section", "confirm"), aria_label="等你确认") as card:
        if confirm.summary not in said:
            words("div", confirm.summary, "words summary")
        if decision is ProposalState.PENDING:
            _decide(card, confirm, actions)
        else:
            words("div", _decided(decision), f"decided {decision}")


def _decide(card: Element, confirm: Confirm, actions: Actions) -> None:
    row = box("div", "decide")

    async def press(*, accepted: bool) -> None:
        # Two quick presses are one: the row is gone before the second is looked at.
        if row.is_deleted:
            return
        row.delete()
        with card:
            state = words("div", "正在办理…" if accepted else "正在取消…", "decided")
        decided = await actions.decide(confirm, accepted)
        if not state.is_deleted:
            state.set_text(decided)

    async def accept() -> None:
        await press(accepted=True)

    async def decline() -> None:
        await press(accepted=False)

    with row:
        pressable("确认", "yes", accept)
        pressable("取消", "no", decline)


def decided_words(decision: ProposalState) -> str:
    """Return what became of a proposal whose button was pressed just now."""
    return "没有办成，原因见下一条消息" if decision is ProposalState.PENDING else _decided(decision)


def _decided(decision: ProposalState) -> str:
    match decision:
        case ProposalState.EXECUTED:
            return "✓ 已确认，已办理"
        case ProposalState.DECLINED:
            return "已取消，没有改动"
        case ProposalState.EXPIRED:
            return "已过期，没有改动"
        case ProposalState.PENDING:
            return "等你确认"
        case _:
            assert_never(decision)
