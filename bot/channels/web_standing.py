"""The banner over the conversation: where the creator's case stands, the way out of the queue, the question how it went."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui.element import Element

from bot.channels.web_elements import box, describe, pressable, words
from bot.channels.web_log import Standing

_STARS = {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "很满意"}

_HOW_WAS_IT = "这次人工服务怎么样？"


class StandingBanner:
    """The banner of one open page; its buttons say what the buttons of every messenger say."""

    def __init__(self, say: Callable[[str], Awaitable[None]]) -> None:
        self._say = say
        self._shown: Standing | None = None
        self._box: Element

    def build(self) -> None:
        """Add the banner, not seen before there is a case."""
        self._box = describe(box("section", "standing"), aria_label="人工服务", aria_live="polite")

    def show(self, standing: Standing | None) -> None:
        """Show where the case stands now."""
        if standing == self._shown or self._box.is_deleted:
            return
        self._shown = standing
        self._box.clear()
        if standing is None:
            return
        with self._box, box("div", "column-width"):
            words("div", f"{standing.words}{_HOW_WAS_IT if standing.is_to_rate else ''}", "told")
            if standing.is_open:
                pressable("不用人工了", "quiet-button", partial(self._say, f"取消工单 {standing.number}"))
            if standing.is_to_rate:
                self._stars(standing.number)

    def _stars(self, number: str) -> None:
        with describe(box("div", "stars"), role="group", aria_label="给这次人工服务打分"):
            for stars, meaning in _STARS.items():
                button = pressable(f"{stars} 分", "", partial(self._say, f"评分 {number} {stars}"))
                describe(button, aria_label=f"{stars} 分，{meaning}", title=meaning)
