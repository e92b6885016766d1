"""What is said about brand orders and paid courses: what to do, which order, what a course teaches."""

import re
from typing import Final

from bot.agent.local.amounts import find_case
from bot.agent.local.found import Found
from bot.agent.local.normalise import Said
from tools.kernel.numerals import COUNT, number

# The values of the two tools' argument `action`: who takes exactly these is understood here.
ORDER_ACTIONS: Final = (
    "list", "status", "eligibility", "quote", "accept", "decline", "submit", "cancel", "dispute",
)  # fmt: skip
COURSE_ACTIONS: Final = ("status", "sales", "refunds", "reviews", "how", "create", "publish", "reprice")

# The first that is said is meant: what changes something before questions about it.
_ORDER_RULES = tuple(
    (action, re.compile(said))
    for action, said in (
        ("dispute", r"纠纷|争议|扯皮|赖账|不认账|不给(?:我)?(?:验收|结算|钱|结)|恶意(?:拒|退|改)|dispute"),
        ("decline", r"拒(?:绝|掉|了|一下)|不(?:想|要)?接(?!单后)|婉拒|回绝|推掉|推了|decline|reject"),
        ("cancel", r"取消|退(?:掉|了)(?:这|那)?|不(?:想)?(?:做|拍|干)了|cancel"),
        (
            "submit",
            r"交稿|交片|交作品|交视频|(?:提交|传|发|交)(?:作品|成片|视频|链接)?给(?:品牌|甲方|客户)|提交(?:成片|作品|视频)|submit",
        ),
        (
            "eligibility",
            r"够(?:不够)?(?:资格|格|条件|得上)|有(?:没有)?资格|(?:我|俺)(?:能不能|可不可以|能|可以)(?:接|开通)(?!的)[^,.!?]{0,10}(?:吗|么|不|嘛|$)|接单(?:条件|资格)|还差(?:啥|什么|多少|哪)|符合",
        ),
        ("quote", r"报(?:个)?价|报多少|定价|定多少|出价|报(?=\d)|开(?:个)?价|quote"),
        (
            "accept",
            r"接(?:了|下)(?![^,.!?]{0,4}(?:哪|几|多少|啥|什么|吗|没))|接(?:这|那|受|单吧|第|一下|(?=\s?[a-z]{2}-?\d))|帮我接|我要接(?!的)|我接(?![的了])|报名|accept",
        ),
        (
            "status",
            (
                r"进度|到哪(?:一?步|了|儿)?|验收|审(?:核)?(?:过|完|到|得)|怎么样了?$|咋样了?|通过了?(?:没|吗)|结果|状态"
                r"|(?:我|手上|手头)[^,.!?能适]{0,4}(?:有几个|的商单|接了|接的)|结(?:算)?了?(?:没|吗)|情况|status|progress"
            ),
        ),
    )
)
_COURSE_RULES = tuple(
    (action, re.compile(said))
    for action, said in (
        (
            "how",
            r"够(?:不够)?(?:资格|格|条件)|有(?:没有)?资格|(?:能不能|可不可以|能|可以)开[^,.!?]{0,8}(?:吗|么|不|$)|差(?:啥|什么|多少|哪)|怎么开|咋开|如何开",
        ),
        ("refunds", r"退款|退钱|退课|退了|refund"),
        ("reviews", r"评价|差评|好评|评分|几星|口碑|反馈|review(?!ing)|rating"),
        (
            "reprice",
            r"改价|调价|降价|涨(?:到|价)|降到|(?:价格?|定价)[^,.!?]{0,4}(?:改|调)|改(?:成|到|为)[^,.!?]{0,2}\d",
        ),
        ("publish", r"(?:提交|送|报)[^,.!?]{0,3}审(?!核(?:了|的)[^,.!?]{0,6}(?:吗|没|多久))|交上去审"),
        (
            "create",
            (
                r"(?:想|要|帮我|给我|准备|打算|来)[^,.!?]{0,8}(?:开|建|做|上|搞|办)(?:一?个|一?门|一?套|节)?[^,.!?]{0,4}课"
                r"|^(?:开|建|上架|新建|创建|搞)(?:一?个|一?门|一?套)?[^,.!?]{0,4}课|开课"
            ),
        ),
        (
            "sales",
            r"卖(?:了|出|得|的)|销量|销售|成交|报名|学员|多少人(?:买|报|学)|买了|几份|enrol|sold|sales|students?",
        ),
        ("status", r"审|状态|上架|怎么样|退回|几门|status"),
    )
)
_PLACE = re.compile(
    rf"(?P<back>倒数)?第(?P<n>{COUNT})(?:个|单|条)?(?:商单|广告|单子?|订单|品牌)?|最后(?P<last>一)(?:个|单)"
)
# 教人修手机, 讲摄影的课, 做豆腐的课: what the course teaches.
_TEACHES = (
    re.compile(r"《(?P<t>[^《》]{2,30})》"),
    re.compile(
        r"(?:专门|主要)?(?:教|讲|带)(?:大家|人家?|别人|粉丝|新手|小白|你)?(?:怎么|如何)?(?P<t>[^,.!?，。！？\s]{2,16}?)(?:的?(?:付费)?课(?:程)?|$|[,.!?，。！？\s])"
    ),
    re.compile(r"(?:开|建|上|搞|做)(?:一?个|一?门|一?套)(?P<t>[^,.!?，。！？\s]{2,12}?)(?:的)?(?:付费)?课"),
)
_NO_TITLE = re.compile(r"付费|新|网|线上|收费|课")
_NEW_PRICE = re.compile(
    r"(?:改成|改到|改为|改|涨到|降到|调到|调成|价|卖|定)\s?(?P<n>\d{1,6}(?:\.\d{1,2})?)\s?(?:元|块)?"
)


def find_order_action(said: Said) -> Found | None:
    """Return what is to be done with brand orders."""
    return _first(_ORDER_RULES, said.text)


def find_course_action(said: Said) -> Found | None:
    """Return what is to be done with courses."""
    return _first(_COURSE_RULES, said.text)


def find_order(said: Said) -> Found | None:
    """Return the number of an order, or its place in the list as ord:2."""
    if found := find_case(said):
        return found
    match = _PLACE.search(said.text)
    if match is None:
        return None
    value = number(match["n"]) if match["n"] else 1
    if value is None or not 0 < value < 100 or value != int(value):  # noqa: PLR2004 - no list is longer
        return None
    sign = "-" if match["back"] or match["last"] else ""
    return Found(f"ord:{sign}{int(value)}", match.start(), match.end())


def find_course_title(said: Said) -> Found | None:
    """Return a course's title, or what it teaches."""
    for pattern in _TEACHES:
        match = pattern.search(said.plain)
        if match and not _NO_TITLE.fullmatch(match["t"]) and not _NO_TITLE.match(match["t"]):
            return Found(match["t"], match.start("t"), match.end("t"))
    return None


def find_price(said: Said) -> Found | None:
    """Return a price that is named without a unit: 改成 199, 报价 800."""
    match = _NEW_PRICE.search(said.text)
    return Found(match["n"], match.start("n"), match.end("n")) if match else None


def _first(rules: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> Found | None:
    for action, pattern in rules:
        if match := pattern.search(text):
            return Found(action, match.start(), match.end())
    return None
