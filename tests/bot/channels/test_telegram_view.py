"""Answers as Telegram shows them: the same words, in parts that Telegram takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_view import (
    LONGEST_MESSAGE,
    Decision,
    Part,
    Suggestion,
    decided,
    keyboard,
    parts,
    units,
)
from bot.measures.bot_api_wire import read_html
from bot.messages import Confirm, Outbound
from tools.kernel.agent_tool import Button, Citation

# Hostile to an HTML writer, to a splitter, and to one who counts characters.
PIECES = (
    "<b>", "</b>", "<", ">", "&", "&amp;", "&#60;", "<a href='x'>", "“好”", "播放量很高。", "！", "\n", "\n\n", " ", "\t",
    "😀", "👨‍👩‍👧", "é", "字" * 700, "a" * 1_500, "😀" * 900, "一句话。" * 400, "\x00", "\u2028", "\ud800",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=200)
citations = st.lists(
    st.builds(Citation, policy=st.just("p"), clause=hostile, title=hostile, quote=st.just("")), max_size=4
)
outbounds = st.builds(
    Outbound,
    text=hostile,
    citations=citations.map(tuple),
    confirm=st.none() | st.builds(Confirm, id=st.just("1"), tool=st.just("t"), summary=hostile),
)


def visible(text: str) -> str:
    """Return the text without white space, which Telegram trims at a message's borders."""
    return "".join(text.split())


def readable(text: str) -> str:
    return visible(text.encode("utf-8", "replace").decode())


class TestParts:
    @given(outbounds)
    def test_are_what_telegram_takes(self, outbound: Outbound) -> None:
        for part in parts(outbound):
            shown = read_html(part.html)

            assert shown == part.plain
            assert shown.strip()
            assert 0 < units(shown) <= LONGEST_MESSAGE

    @given(hostile)
    def test_say_together_what_the_answer_says(self, text: str) -> None:
        joined = "".join(read_html(part.html) for part in parts(Outbound(text=text)))

        assert visible(joined) == readable(text)

    @given(outbounds)
    def test_name_every_source_below_the_words(self, outbound: Outbound) -> None:
        joined = visible("".join(part.plain for part in parts(outbound)))

        for cited in outbound.citations:
            assert readable(f"]《{cited.title}》{cited.clause}") in joined

    def test_keep_the_numbers_that_the_text_refers_to(self) -> None:
        cited = [Citation("p", clause, "规则", "") for clause in ("1.1", "2.3", "1.1")]

        (part,) = parts(Outbound(text="甲[1]乙[2]丙[3]", citations=tuple(cited)))

        assert part.plain == "甲[1]乙[2]丙[3]\n\n依据\n[1][3] 《规则》1.1\n[2] 《规则》2.3"

    @pytest.mark.parametrize("text", ["一", "字" * LONGEST_MESSAGE, "😀" * (LONGEST_MESSAGE // 2)])
    def test_are_one_when_the_answer_fits(self, text: str) -> None:
        assert parts(Outbound(text=text)) == (Part(text, text),)

    def test_are_two_when_it_is_one_unit_too_long(self) -> None:
        text = "字" * (LONGEST_MESSAGE - 1) + "😀"

        assert [part.plain for part in parts(Outbound(text=text))] == ["字" * (LONGEST_MESSAGE - 1), "😀"]

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("句。" * 1_500 + "\n\n" + "行\n" * 800, "句。" * 1_500 + "\n\n"),
            ("长" * 3_000 + "\n" + "句。" * 1_000, "长" * 3_000 + "\n"),
            ("长" * 3_000 + "。”" + "逗，" * 1_000, "长" * 3_000 + "。”"),
            ("长" * 3_000 + "，" + "长" * 2_000, "长" * 3_000 + "，"),
            ("段\n\n" + "长" * 5_000, "段\n\n"),
            ("3.14" * 2_000, "3.14" * (LONGEST_MESSAGE // 4)),
        ],
        ids=["paragraph", "line", "sentence", "clause", "early", "nowhere"],
    )
    def test_end_at_the_best_border(self, text: str, first: str) -> None:
        assert parts(Outbound(text=text))[0].plain == first

    @pytest.mark.parametrize("text", ["", " \n\n ", "\n" * 9_000])
    def test_are_none_for_blank_text(self, text: str) -> None:
        assert parts(Outbound(text=text)) == ()

    def test_say_what_would_be_done_once(self) -> None:
        confirm = Confirm("1", "t", "提现 50 元")

        assert parts(Outbound(text="确认提现 50 元？", confirm=confirm))[0].plain == "确认提现 50 元？"
        assert parts(Outbound(text="确认吗？", confirm=confirm))[0].html == "确认吗？\n\n<b>提现 50 元</b>"


class TestDecided:
    @given(hostile, hostile)
    def test_fits_into_the_message_that_asked(self, text: str, summary: str) -> None:
        outbound = Outbound(text=f"{text}？", confirm=Confirm("1", "t", summary))

        part = decided(outbound, decision="没有办成，原因见下一条消息")

        shown = read_html(part.html)
        assert shown == part.plain
        assert units(shown) <= LONGEST_MESSAGE
        assert shown.endswith("没有办成，原因见下一条消息")


class TestKeyboard:
    @given(st.lists(st.builds(Button, label=hostile, send=hostile), max_size=12), st.integers(1, 2**63 - 1))
    def test_refers_to_every_suggestion_in_64_bytes(self, buttons: list[Button], message_id: int) -> None:
        markup = keyboard(Outbound(text="选", buttons=tuple(buttons)), message_id=message_id)

        pressed = (
            [button.callback_data or "" for row in markup.inline_keyboard for button in row] if markup else []
        )
        labels = [button.text for row in markup.inline_keyboard for button in row] if markup else []
        assert all(label.strip() for label in labels)
        assert all(len(data.encode()) <= 64 for data in pressed)
        assert [Suggestion.unpack(data) for data in pressed] == [
            Suggestion(message=message_id, index=index) for index in range(len(buttons))
        ]

    def test_puts_the_decision_first(self) -> None:
        asks = Outbound(text="确认？", confirm=Confirm("1", "t", "提现"), buttons=(Button("收益", "收益"),))

        markup = keyboard(asks, message_id=5)

        assert markup is not None
        yes, no = (Decision.unpack(button.callback_data or "") for button in markup.inline_keyboard[0])
        assert (yes, no) == (Decision(message=5, accepted=True), Decision(message=5, accepted=False))

    def test_puts_short_labels_side_by_side(self) -> None:
        labels = ("收益", "激励", "诊断", "这个月每条作品的完播率", "转人工")
        markup = keyboard(
            Outbound(text="选", buttons=tuple(Button(label, label) for label in labels)), message_id=5
        )

        assert markup is not None
        assert [[button.text for button in row] for row in markup.inline_keyboard] == [
            ["收益", "激励"],
            ["诊断"],
            ["这个月每条作品的完播率"],
            ["转人工"],
        ]

    def test_is_not_there_for_an_answer_that_is_not_kept(self) -> None:
        assert keyboard(Outbound(text="选", buttons=(Button("收益", "收益"),)), message_id=None) is None
