from bot.channels.terminal_view import render
from bot.messages import Outbound
from tests.bot.pictures.samples import CITIES
from tools.kernel.agent_tool import Attachment


class TestRender:
    def test_names_charts_and_where_their_pictures_are(self) -> None:
        shown = render(
            Outbound(text="看图。", charts=(CITIES,), attachments=(Attachment("image", "/home/a.png"),))
        )

        assert shown.splitlines() == ["看图。", "  图：粉丝最多的城市", "  附件：/home/a.png"]
