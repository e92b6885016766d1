"""Where the person writes: the text box, the files that go with the words, and the button that sends them."""

from collections.abc import Awaitable, Callable

from nicegui.events import GenericEventArguments

from bot.channels.web_elements import CLIP, box, describe, drawing, words
from bot.sent_files import MOST_FILES, size

_ACCEPTED = "image/*,video/*,application/pdf,.mkv,.flv,.ts"
_SEND_JS = "(event) => window.guanghe.submit(event, emit)"


def show_composer(send: Callable[[GenericEventArguments], Awaitable[None]], *, limit_bytes: int) -> None:
    """Add the composer; it emits `{"text", "files"}` once every chosen file has arrived here."""
    # The page's own script fills it, and nothing else stands in there.
    describe(box("ul", "tray column-width"), aria_label="要发送的文件")
    describe(box("div", "tray-problem column-width"), role="alert")
    form = describe(
        box("form", "composer column-width"),
        data_limit=limit_bytes,
        data_limit_words=size(limit_bytes),
        data_most=MOST_FILES,
    )
    form.on("submit", send, js_handler=_SEND_JS)
    with form:
        choose = describe(
            box("input", "chooser"),
            type="file",
            multiple=True,
            accept=_ACCEPTED,
            aria_label="选择文件",
            tabindex="-1",
        )
        choose.on("change", js_handler="(event) => window.guanghe.chosen(event)")
        clip = describe(
            box("button", "attach"), type="button", aria_label="发图片或视频", title="发图片或视频"
        )
        with clip.on("click", js_handler="(event) => window.guanghe.choose(event)"):
            drawing(CLIP, "icon")
        field = describe(
            box("textarea"),
            rows="1",
            placeholder="问收益、激励、规则…",
            aria_label="输入消息",
        )
        field.on("keydown", js_handler="(event) => window.guanghe.key(event)")
        field.on("input", js_handler="(event) => window.guanghe.typed(event)")
        field.on("paste", js_handler="(event) => window.guanghe.pasted(event)")
        describe(words("button", "发送", "send"), type="submit", disabled=True)
