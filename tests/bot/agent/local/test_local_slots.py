"""Arguments as they are said."""

import pytest

from bot.agent.local.normalise import said
from bot.agent.local.slots import fill, hear
from tests.bot.agent.local.samples import ON
from tools.kernel.agent_tool import AgentTool, Call, Reply


def everything(  # noqa: PLR0913 - one argument of each kind
    _call: Call,
    *,
    period: str = "",
    work_ref: str = "",
    program: str = "",
    category: str = "",
    amount: str = "",
    min_price: str = "",
    price: str = "",
    case_id: str = "",
    url: str = "",
    target_author: str = "",
    compare: str = "",
    topic: str = "",
    source: str = "",
    action: str = "",
) -> Reply:
    """Take every argument."""
    return Reply(
        text=f"{period}{work_ref}{program}{category}{amount}{min_price}{price}{case_id}{url}{target_author}{compare}{topic}{source}{action}"
    )


ALL = AgentTool(everything, asks=())


def _slot(name: str, text: str) -> str | None:
    return fill(ALL, hear(said(text), on=ON)).get(name)


class TestFill:
    @pytest.mark.parametrize(
        ("text", "work"),
        [
            ("分析最新那条", "latest"),
            ("刚发的那条视频", "latest"),
            ("最近发的作品被盗了", "latest"),
            ("第二条", "ord:2"),
            ("我第一条视频被人侵权了", "ord:1"),
            ("倒数第二条作品", "ord:-2"),
            ("最后一条", "ord:-1"),
            ("上一条视频", "previous"),
            ("不是这条，是上一条", "previous"),
            ("播放最高那条", "top_views"),
            ("最火的那个视频", "top_views"),
            ("有一条特别惨，播放就三百多", "worst_views"),
            ("数据最差的", "worst_views"),
            ("昨天发的那条", "date:yesterday"),
            ("8月3号发的视频", "date:2022-08-03"),
            ("《外婆的红烧肉》被搬了", "title:外婆的红烧肉"),
            ("标题叫回村第一天的作品", "title:回村第一天"),
            ("我那个奶奶的饺子那个视频", "title:奶奶的饺子"),
            ("分析3xf8enb8dbj6uig", "id:3xf8enb8dbj6uig"),
        ],
    )
    def test_hears_a_work(self, text: str, work: str) -> None:
        assert _slot("work_ref", text) == work

    @pytest.mark.parametrize("text", ["第一个月", "第三方平台", "我的账号", "这个月第二次了", "iphone14"])
    def test_hears_no_work(self, text: str) -> None:
        assert _slot("work_ref", text) is None

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("program", "光合优创我能进吗", "光合优创"),
            ("program", "光合计划", "光合计划"),
            ("program", "青云还能报不", "青云计划"),
            ("category", "做饭的号", "美食"),
            ("category", "三农类的补贴", "三农"),
            ("category", "farm tools", "农资"),
            ("amount", "提现五百块", "500"),
            ("amount", "提1.5万", "15000"),
            ("amount", "帮我提三千五", "3500"),
            ("amount", "提现2,000元", "2000"),
            ("min_price", "五千以上的单子", "5000"),
            ("min_price", "至少两万", "20000"),
            ("price", "八十块钱以内", "<80"),
            ("case_id", "QQ0721让我补材料", "QQ0721"),
            ("case_id", "ks-20260801进度", "KS-20260801"),
            ("case_id", "QQ20220801-0007", "QQ20220801-0007"),
            ("case_id", "单号 100234", "100234"),
            ("url", "链接https://v.example.com/s/8821，帮我举报", "https://v.example.com/s/8821"),
            ("url", "v.kuaishou.com/Ab3dE 这个", "v.kuaishou.com/Ab3dE"),
            ("target_author", "举报 @搬运小王 盗视频", "搬运小王"),
            ("target_author", "有个叫“美食小当家”的账号冒充我", "美食小当家"),
            ("target_author", "老兵钓鱼真 是假的，封了它", "老兵钓鱼真"),
            ("compare", "跟上个月比少了多少", "previous"),
            ("topic", "简介里放微信算不算违规", "引流规则"),
            ("topic", "提现有没有最低门槛", "提现规则"),
            ("source", "带货赚了多少", "带货"),
            ("action", "帮我报名", "apply"),
            ("action", "我还能提多少", "balance"),
        ],
    )
    def test_hears(self, name: str, text: str, value: str) -> None:
        assert _slot(name, text) == value

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("program", "光合计划和光合优创有什么区别"),
            ("target_author", "有人搬我视频"),
            ("target_author", "这个号盗我作品"),
            ("amount", "一千播放五块是不是"),
            ("amount", "我有两万粉"),
            ("min_price", "一万粉丝以上"),
            ("case_id", "链接 https://v.kuaishou.com/abc123"),
            ("source", "按短视频、直播、带货分开"),
        ],
    )
    def test_does_not_hear(self, name: str, text: str) -> None:
        assert _slot(name, text) is None

    def test_sets_nothing_that_the_function_does_not_take(self) -> None:
        def short(_call: Call, *, period: str = "") -> Reply:
            """Take a period."""
            return Reply(text=period)

        args = fill(AgentTool(short, asks=()), hear(said("上个月美食类《红烧肉》提现500块"), on=ON))

        assert args == {"period": "last_month"}
