"""What is said about activities and notices: what to do, which activity, which topic, at what times."""

import re
from typing import Final

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said
from tools.kernel.numerals import COUNT, number

# The values of the tool's arguments: who takes exactly these is understood here.
ACTIONS: Final = (
    "list", "detail", "apply", "cancel", "status", "result", "remind", "forget", "recent", "settings", "mute", "unmute",
    "quiet", "digest",
)  # fmt: skip
TOPICS: Final = (
    "activity", "task", "reward", "payout", "report", "offer", "order", "course", "diagnosis", "check", "case", "all",
)  # fmt: skip

_NOTICE = r"(?:通知|推送|提醒|消息|推广|notifications?|notices?|推)"
_AT = rf"(?:凌晨|半夜|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|深夜|夜里|夜|晚|早)?\s?{COUNT}\s?(?:点钟?|时|:)\s?(?:半|一刻|三刻|\d{{1,2}})?分?"
_RANGE = rf"{_AT}\s?(?:之?后|以后)?\s?(?:到|至|-|~)\s?(?:第二天|次日|明天)?的?{_AT}"
# The first that is said is meant: what changes something before questions about it.
_RULES = tuple(
    (action, re.compile(said))
    for action, said in (
        (
            "forget",
            r"(?:别|不要|不用|取消)[^,.!?]{0,6}提醒我?[^,.!?]{0,10}(?:那|这|个|《)[^,.!?]{0,12}|取消[^,.!?]{1,30}(?:活动|》)的提醒",
        ),
        ("digest", r"汇总|逐条|一条一条|合(?:并|在一起|成一条)|一天[^,.!?]{0,6}(?:一条|一次)|digest"),
        (
            "quiet",
            rf"免打扰|勿扰|静音时段|{_RANGE}|(?:晚上|夜里|半夜|睡觉|凌晨)[^,.!?]{{0,10}}(?:别|不要|不想)[^,.!?]{{0,6}}(?:发|推|通知|打扰|吵|收)|quiet hours",
        ),
        (
            "unmute",
            (
                rf"(?:打开|开启|恢复|重新开|开一下|重开|取消屏蔽)[^,.!?]{{0,14}}{_NOTICE}|{_NOTICE}[^,.!?]{{0,6}}(?:打开|开启|恢复|开一下|重新开|开开)"
                r"|(?:turn|switch) on|继续(?:给我)?(?:发|推)"
            ),
        ),
        (
            "mute",
            (
                rf"(?:别|不要|不想|甭|少)(?:再)?(?:收到?|给我|跟我)?[^,.!?]{{0,4}}(?:推|发|通知|提醒|打扰)|(?:(?<![相有无])关(?:掉|闭|了|一下)?|屏蔽|退订|取消)[^,.!?]{{0,14}}{_NOTICE}"
                rf"|{_NOTICE}[^,.!?]{{0,8}}(?:关(?:了|掉|闭|一下)|屏蔽|退订|不要(?:再)?(?:发|推|了)|别(?:再)?(?:发|推))|给我关(?:掉|了|闭)|(?:turn|switch) off|unsubscribe|mute"
            ),
        ),
        ("remind", r"提醒(?:一下)?我|记得(?:叫|喊|提醒)我?|(?:设|加)个?提醒|remind me"),
        ("cancel", r"取消|退出|不(?:想)?参加|不去了|不报了|withdraw|撤(?:回|销|掉)"),
        (
            "settings",
            r"通知设置|设置|(?:哪些|什么|啥)通知(?:是|都)?(?:开|关)|通知[^,.!?]{0,4}(?:开着|关着)|settings",
        ),
        (
            "result",
            r"结果|获奖|得奖|中奖|名单|名次|排第几|第几名|发奖|奖(?:品|励)?[^,.!?]{0,4}(?:发了?[没吗]|到了?[没吗])|win|results?",
        ),
        (
            "status",
            (
                r"(?:我|俺)[^,.!?能可]{0,6}(?:报名?|参加)(?:了|过|的)[^,.!?]{0,6}(?:活动|哪|几|啥|什么)|报名成功|报上(?:了)?[没吗]|报名了?[没吗]"
                r"|(?:参加|报名?)的[^,.!?]{0,6}活动|活动[^,.!?]{0,4}(?:进度|到哪)"
            ),
        ),
        (
            "apply",
            (
                r"报名(?!条件|要求|资格|门槛|时间|截止|方式|了[没吗]|成功)(?!.{0,4}(?:吗|什么时候|怎么))|(?:我要|我想|也想|帮我|给我)[^,.!?]{0,6}(?:参加|报)"
                r"|报上|sign (?:me )?up|join(?= the| this)|参加(?:第|这|那|《)"
            ),
        ),
        (
            "detail",
            (
                r"详情|具体|(?:什么|啥)(?:时候|条件|奖励|要求|规则)|要求|条件|截止|奖励(?:是|有)|怎么(?:参加|报|玩)|咋(?:参加|报)"
                r"|(?:多久|几号)(?:结束|开始|截止)|details?"
            ),
        ),
        (
            "recent",
            (
                r"(?:最近|刚才|刚刚|上周|昨天|今天|之前|上次|这两天|新)[^,.!?]{0,8}(?:通知|消息|推送|提醒)(?!设置)|未读"
                r"|(?:通知|消息)[^,.!?]{0,6}(?:说的?啥|说了?什么|没看清|再看|再发)|(?:发了?|有)(?:啥|什么|哪些)[^,.!?]{0,4}通知|recent|notifications?$"
            ),
        ),
        ("list", r"."),
    )
)
_DIGEST_OFF = re.compile(r"不要?(?:再)?汇总|逐条|一条一条|别汇总|取消汇总|关(?:掉|闭)?汇总|不用汇总")
_QUIET_OFF = re.compile(
    r"(?:关(?:掉|闭|了)?|取消|不要|去掉)[^,.!?]{0,4}(?:免打扰|勿扰)|(?:免打扰|勿扰)[^,.!?]{0,4}(?:关|取消|去掉)"
)
_TIMES = re.compile(rf"{_RANGE}|{_AT}")
_ABROAD = re.compile(
    r"纽约|华盛顿|波士顿|多伦多|芝加哥|洛杉矶|旧金山|西雅图|温哥华|伦敦|英国|巴黎|法国|柏林|德国|马德里|西班牙|罗马|意大利|莫斯科|迪拜"
    r"|东京|日本|首尔|韩国|新加坡|曼谷|泰国|吉隆坡|马来西亚|悉尼|墨尔本|奥克兰|新西兰|新疆|乌鲁木齐|(?:北京|国内)(?=时间)"
)
_HERE = re.compile(
    rf"(?:我|人)(?:现在)?(?:在|到)(?P<zone>{_ABROAD.pattern})|(?:按|用)(?P<clock>{_ABROAD.pattern})"
)
_TITLE = re.compile(r"《(?P<t>[^《》]{2,60})》")
_NAMED = re.compile(
    r"(?:报名|参加|那个|这个|取消|退出|把|帮我报|^)(?:一下)?(?P<t>[^,.!?第我你的了那这个有什么啥报名参加]{2,14}?(?:节|季|赛|挑战|计划|大赛|话题|周|日))的?活动"
)
_PLACE = re.compile(rf"第(?P<n>{COUNT})(?:个|条)?|最后(?P<last>一)(?:个|条)")
_TOPIC_RULES = tuple(
    (topic, re.compile(said))
    for topic, said in (
        (
            "all",
            r"(?:所有|全部|一切|全都?|任何)(?:的)?[^,.!?]{0,4}(?:通知|推送|消息|提醒)|(?:通知|推送|消息)[^,.!?]{0,2}(?:全|都)",
        ),
        ("payout", r"打款|提现|到账(?!提醒是)|汇款"),
        (
            "offer",
            r"商单(?:的)?(?:邀约|邀请|推荐|机会)|(?:邀约|邀请)|(?:推|发)[^,.!?]{0,4}(?:商单|广告)|(?:商单|广告)[^,.!?]{0,6}(?:推送|推)",
        ),
        ("order", r"商单|订单|接单|交稿"),
        ("report", r"举报|侵权|维权|投诉"),
        ("course", r"课程?"),
        ("task", r"任务"),
        ("diagnosis", r"掉粉|账号(?:数据|诊断|异常)|数据(?:提醒|通知|推送|变化)|诊断"),
        ("reward", r"激励|补贴|奖励到"),
        ("case", r"工单|客服"),
        ("check", r"(?:发布前|审核|预检)(?:检测|结果)?"),
        ("activity", r"活动|话题|征稿|campaign|activit"),
    )
)


def find_notice_action(said: Said) -> Found | None:
    """Return what is to be done."""
    for action, pattern in _RULES:
        if match := pattern.search(said.text):
            return Found(action, match.start(), match.end())
    return None


def find_notice_topic(said: Said) -> Found | None:
    """Return what the notices are about that are spoken of."""
    for topic, pattern in _TOPIC_RULES:
        if match := pattern.search(said.text):
            return Found(topic, match.start(), match.end())
    return None


def find_activity(said: Said) -> Found | None:
    """Return the activity that is named, by its title or as ord:2."""
    if match := _TITLE.search(said.plain):
        return Found(match["t"], match.start("t"), match.end("t"))
    if match := _PLACE.search(said.text):
        value = number(match["n"]) if match["n"] else 1
        if value is not None and 0 < value < 100 and value == int(value):  # noqa: PLR2004 - no list is longer
            return Found(f"ord:{'-' if match['last'] else ''}{int(value)}", match.start(), match.end())
    if match := _NAMED.search(said.text):
        return Found(match["t"], match.start("t"), match.end("t"))
    return None


def find_hours(said: Said) -> Found | None:
    """Return the times that are named, off where there shall be none."""
    for off in (_DIGEST_OFF, _QUIET_OFF):
        if match := off.search(said.text):
            return Found("off", match.start(), match.end())
    match = _TIMES.search(said.text)
    return Found(match[0], match.start(), match.end()) if match else None


def find_zone(said: Said) -> Found | None:
    """Return the place by whose clock the creator lives."""
    match = _HERE.search(said.text)
    if match is None:
        return None
    name = "zone" if match["zone"] else "clock"
    return Found(match[name], match.start(name), match.end(name))
