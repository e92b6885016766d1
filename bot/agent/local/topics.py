"""Business of the platform that the assistant will have a tool for: until then it says so, and quotes the rules.

The one list of it. An entry is void as soon as a tool of its name is registered, or any tool that lists one of its words
among its nouns: a new tool changes nothing here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.agent.local.questions import own_strength, rule_strength
from tools.kernel.agent_tool import AgentTool


@dataclass(frozen=True, slots=True)
class Topic:
    """One business: the tool's name (DESIGN §4), the words that claim it, what to call it, how creators say it."""

    tool: str
    words: tuple[str, ...]
    deed: str
    rule: str
    said: re.Pattern[str]


class Asked(Enum):
    """What a message wants of a topic that has no tool."""

    RULE = auto()
    DEED = auto()


_TOPICS = tuple(
    Topic(tool, words, deed, rule, re.compile(said))
    for tool, words, deed, rule, said in (
        (
            "brand_orders",
            ("商单", "聚星", "广告单"),
            "查商单、接商单",
            "接商单有什么规定",
            (
                r"磁力聚星|商单|聚星|接广告|(?:广告|品牌)(?:主|方|商|单)?[^,.!?]{0,4}(?:找我|合作|能接)|恰饭|(?:接[^,.!?]{0,3}|的)单(?!子|号|独|价)[^,.!?]{0,3}接?"
                r"|(?:[千百万\d]|块|元)(?:以上|起|往上|左右)的?(?:单子|单|广告)|适合我的单|brand order"
            ),
        ),
        (
            "paid_course",
            ("付费课", "付费课堂", "课程"),
            "开课、查课程的审核和销量",
            "付费课堂有什么规定",
            r"付费课(?:程|堂)?|课程|课堂|开课|卖课|讲课|(?:我的?|这门|那门|门|新)课|课(?=卖|审|上架)|paid course",
        ),
        (
            "product_match",
            ("选品", "货源", "快分销", "供货"),
            "选品、找货源",
            "选品带货有什么规定",
            (
                r"(?:推荐|找|匹配|介绍|有没有)[^,.!?]{0,10}(?:商品|货源|供货|好货|货)|选品|货源|(?:啥|什么)货|供货|快分销|供应链"
                r"|带(?:点|些)?(?:啥|什么)[^,.!?]{0,4}|卖(?:点|些)?(?:啥|什么)|supply chain"
            ),
        ),
        (
            "traffic_boost",
            ("流量券", "推广券", "券"),
            "查流量券、用流量券",
            "流量券有什么使用规定",
            r"流量券|推广券|加热券|投券|(?:张|用|投)券|券|投放|投流",
        ),
        (
            "leaderboard",
            ("榜单", "榜", "排行榜", "排名"),
            "看榜单和排名",
            "榜单是怎么排的",
            r"榜单|排行榜?|(?:涨粉|播放|带货|打赏|粉丝)[^,.!?]{0,4}最[^,.!?]{1,2}的[^,.!?]{0,3}(?:哪|谁|号)|(?<!刷)榜(?![样一])|排(?:在)?第几|第几名|全站排名|ranking|leaderboard",
        ),
        (
            "work_analysis",
            ("逐秒", "留存曲线", "作品分析"),
            "逐秒解读单条作品",
            "逐秒解读是什么意思",
            (
                r"逐秒(?:解读|数据)?|每一秒|[哪几]一?秒|留存(?:曲线|率)?|曲线"
                r"|[这那一]条(?:短?视频|作品)?的?[^,.!?]{0,4}(?:数据|表现|曲线|播放量?(?!比)|完播率?)|(?:分析|解读)[a-z0-9]{10,24}"
                r"|(?:分析|复盘|解读|诊断)(?:一下|下)?(?:我)?[^,.!?]{0,6}(?:这|那|第[一二三四五六七八九十\d]{1,2}|最新|上一|刚发)[^,.!?]{0,4}(?:条|个视频|个作品)"
            ),
        ),
        (
            "inspiration_materials",
            ("选题", "灵感", "素材", "模板"),
            "给选题、素材和模板",
            "素材和模板有什么使用规定",
            r"选题|灵感|素材|模板|脚本|钩子|拍(?:点|些)?(?:啥|什么)(?!.{0,6}(?:违规|限流|处罚))|没思路|点子|创意",
        ),
        (
            "hot_trends",
            ("热点", "趋势", "热门话题"),
            "查热点和流行趋势",
            "蹭热点有什么规定",
            (
                r"热点|热搜|热门话题|话题[^,.!?]{0,2}热|(?:什么|啥|哪个|哪些)[^,.!?]{0,6}(?:火|流行|用的人多)(?!锅|锅店)"
                r"|流行(?:什么|啥)"
            ),
        ),
        (
            "growth_advice",
            ("起号", "涨粉建议", "运营建议", "变现"),
            "按你的账号给成长建议",
            "新手起号有什么建议",
            (
                r"起号|(?:怎么|咋|如何)[^,.!?]{0,10}(?:涨粉|做起来|变现|上热门|干到|涨到|做到)[^,.!?]{0,4}|几点发|啥时候发"
                r"|运营建议|涨粉(?:建议|技巧|方法|攻略)"
            ),
        ),
        (
            "custom_metrics",
            ("指标", "自定义指标"),
            "设置自定义指标",
            "自定义指标有什么规定",
            r"自定义.{0,4}指标|(?:加|建|设)个[^,.!?]{0,6}(?:率|留存)|(?:加|建|设|删|改)[^,.!?]{0,8}指标|指标",
        ),
        (
            "short_drama_revenue",
            ("有效播放", "短剧收益", "剧集"),
            "查每部剧的分账明细和等级",
            "短剧分账怎么算",
            (
                r"(?:短剧|剧|集)[^,.!?]{0,8}(?:有效播放|等级|评级|定级|模式)[^,.!?]{0,2}|每[集部][^,.!?]{0,8}(?:分|播放)"
                r"|(?:等级|评级|定级)[^,.!?]{0,6}(?:剧|集)|有效播放"
            ),
        ),
        (
            "live_incentive",
            ("开播时长", "底薪", "直播激励进度"),
            "查直播激励的完成进度",
            "直播激励怎么算",
            (
                r"底薪|(?:直播|开播|主播)(?:激励|奖励|补贴)[^,.!?]{0,10}(?:进度|完成|到哪|做到|小时|时长|差几|状态|档)"
                r"|播满[^,.!?]{0,6}(?:小时|天)|(?:有效)?开播时长"
            ),
        ),
        (
            "star_application",
            ("之星申请", "星申请", "之星签约", "报名进度"),
            "报名快手之星、查报名进度",
            "快手之星报名条件是什么",
            (
                r"(?:报名|申请|加入|签约?|报)(?:一下|个)?[^,.!?]{0,3}(?:快手)?之星"
                r"|(?:快手)?之星(?:的)?[^,.!?]{0,8}(?:申请|审|批|进度|到哪|签约|合同|报名|结果)|星(?:的)?申请|(?<![a-z0-9])ks-?\d{4,}"
            ),
        ),
        (
            "incentive_tasks",
            ("任务", "周任务"),
            "查任务进度、领任务",
            "成长任务的奖励怎么发",
            r"任务",
        ),
        (
            "follower_migration",
            ("粉丝迁移", "迁移", "迁粉"),
            "申请粉丝迁移、查迁移进度",
            "粉丝迁移需要什么条件",
            (
                r"(?:把[^,.!?]{0,10})?粉丝?[^,.!?]{0,4}(?:迁移?|给我|还我|转给我)|迁移?粉|迁移"
                r"|把[^,.!?]{0,12}粉丝?(?:迁移?|转|挪)|(?:fans|followers?) migration"
            ),
        ),
        (
            "infringement_appeal",
            ("申诉",),
            "提交申诉、查申诉进度",
            "申诉有什么规定",
            r"申诉|appeal",
        ),
        (
            "activity_notices",
            ("活动", "活动通知"),
            "查活动、管理活动通知",
            "参加活动有什么规定",
            r"活动(?:通知|提醒|推送|消息|报名)?",
        ),
        (
            "pre_publish_check",
            ("预检", "发布前", "标题检测"),
            "在发布前检测作品",
            "发布前诊断是什么",
            (
                r"预检|发(?:布|出去)?之?前[^,.!?]{0,8}(?:检|诊断|测|过一遍)"
                r"|(?:标题|文案|封面|草稿)[^,.!?]{0,10}(?:检测|检查|诊断|测)(?:一下|下)?|(?:检测|检查|诊断|测)(?:一下|下)?[^,.!?]{0,4}(?:标题|文案|封面|草稿)"
            ),
        ),
    )
)
# How something is done is a matter of the rules; how it stands is one's own.
_HOW = re.compile(
    r"怎么(?!样|还|没|不(?!参)|这么|[看找]不)|咋(?!样|还|没|不|这么)|如何|多久|几天|几次|能用几|几年|抽(?:多少|几)|有(?:什么|啥)(?:用|路子|办法|技巧|建议)|什么时候(?:发|结|开)"
    r"|是(?:什么|啥)(?:意思)?$|指(?:什么|啥)|什么叫|(?:要|需要|得|满足|符合|具备)[^,.!?]{0,4}(?:什么|啥|哪些)"
)
_DEED = re.compile(
    r"^[^,.!?]{0,4}(?:帮我|给我|替我)|加个|建个|领(?:一?下|了|取|掉)|给(?:我)?(?:几|一|个|点|些)|用一?张|审(?:核)?(?:过|完)了?(?:吗|没)"
)


def missing_topics(tools: Sequence[AgentTool]) -> tuple[Topic, ...]:
    """Return the topics that none of the tools has taken over."""
    names = {tool.name for tool in tools}
    nouns = {noun for tool in tools for noun in tool.nouns}
    return tuple(topic for topic in _TOPICS if topic.tool not in names and nouns.isdisjoint(topic.words))


def find_topic_in(text: str, topics: Sequence[Topic]) -> Topic | None:
    """Return the topic that is spoken of first."""
    found = [(match.start(), topic) for topic in topics if (match := topic.said.search(text))]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def without_topic(text: str, topics: Sequence[Topic]) -> str:
    """Return the text with the words of the topics blotted out."""
    for topic in topics:
        text = topic.said.sub(lambda match: " " * len(match[0]), text)
    return text


def asked_of(text: str) -> Asked:
    """Return whether a text about a topic asks for its rules, or for something to be done or shown."""
    how = 0.5 if _HOW.search(text) else 0.0
    own = own_strength(text) + (0.5 if _DEED.search(text) else 0.0)
    return Asked.RULE if rule_strength(text) + how > own else Asked.DEED
