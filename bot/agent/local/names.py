"""Names with one meaning: programmes, content categories, topics, kinds of income."""

import re
from collections.abc import Iterable, Iterator

from bot.agent.local.found import Found

# The programme's id (DESIGN §4), its name, and how creators call it.
_PROGRAMS: tuple[tuple[str, str, str], ...] = (
    ("youchuang", "光合优创", r"光合优创|优创|youchuang"),
    ("guanghe", "光合计划", r"光合计划|光合(?!优创|助手|创作者|大会)|guanghe"),
    ("star", "快手之星", r"快手之星|之星计划|星计划|\bstar\b"),
    ("live", "直播激励", r"直播激励|主播激励|直播(?:扶持|补贴)(?:计划)?"),
    ("drama", "短剧分账", r"短剧分账|短剧(?:扶持|激励|计划|补贴)"),
    ("qingyun", "青云计划", r"青云(?:计划)?|qingyun"),
    ("lifecycle", "成长周期任务", r"生命周期任务|成长(?:周期)?任务|周期任务|lifecycle|新手任务"),
)

_CATEGORIES: tuple[tuple[str, str], ...] = (
    ("美食", r"美食|吃的|喝的|调料|做饭|做菜|吃播|探店|烹饪|烘焙|小吃|厨|food"),
    ("三农", r"三农|农村|种地|种菜|养殖|养猪|养鸡|乡村|农民|赶海"),
    ("美妆", r"美妆|化妆|护肤|口红|彩妆|beauty|makeup"),
    ("母婴", r"母婴|育儿|宝妈|带娃|萌娃|亲子|宝宝"),
    ("游戏", r"游戏|电竞|王者荣耀|吃鸡|手游|gaming"),
    ("搞笑", r"搞笑|段子|喜剧|幽默"),
    ("颜值", r"颜值|变装|小姐姐|帅哥"),
    ("情感", r"情感|情侣|恋爱|婚姻"),
    ("宠物", r"萌宠|宠物|猫咪|狗狗|猫|(?<!热)狗|pet"),
    ("汽车", r"汽车|卡车|货车|修车|开车|二手车|机车"),
    ("教育", r"教育|知识|科普|英语教学|考研|网课|老师讲"),
    ("科技", r"科技|数码|手机测评|电脑"),
    ("健身", r"健身|减肥|瑜伽|运动|体育|篮球|足球|广场舞健身"),
    ("音乐", r"音乐|唱歌|翻唱|乐器|吉他|二胡"),
    ("舞蹈", r"舞蹈|跳舞|广场舞|街舞"),
    ("穿搭", r"穿搭|服装|服饰|女装|男装|时尚|鞋"),
    ("家居", r"家居|装修|收纳|家电|家具|四件套"),
    ("旅行", r"旅行|旅游|自驾|房车|户外|露营"),
    ("农资", r"农资|农具|化肥|种子|农药|farm tools?"),
    ("钓鱼", r"钓鱼|路亚"),
    ("手工", r"手工|手艺|木工|编织"),
    ("珠宝", r"珠宝|翡翠|玉石|黄金首饰"),
    ("短剧", r"短剧|微剧"),
    ("影视", r"影视|电影解说|剪辑解说|追剧"),
    ("直播", r"直播|开播"),
    ("生活", r"生活|日常|vlog"),
)

_CITY = re.compile(
    r"同城|本地|北京|上海|天津|重庆|哈尔滨|长春|沈阳|大连|石家庄|保定|唐山|邯郸|太原|呼和浩特|济南|青岛|临沂|潍坊|郑州"
    r"|洛阳|周口|南阳|西安|兰州|西宁|银川|乌鲁木齐|成都|绵阳|昆明|贵阳|南宁|海口|三亚|武汉|长沙|南昌|合肥|阜阳|南京"
    r"|徐州|苏州|无锡|杭州|宁波|温州|义乌|福州|厦门|泉州|广州|深圳|东莞|佛山|拉萨|鞍山|吉林|齐齐哈尔|包头|赤峰"
)

# Where money comes from, beside the programmes.
_SOURCES: tuple[tuple[str, str], ...] = (
    ("直播", r"直播|打赏|礼物|刷的"),
    ("带货", r"带货|佣金|小店|橱窗|小黄车|卖货"),
    ("短视频", r"短视频|视频"),
    ("短剧", r"短剧|分账"),
    ("商单", r"商单|广告|聚星"),
    ("课程", r"课程|付费课|卖课|课堂"),
)

_TOPICS: tuple[tuple[str, str], ...] = (
    ("引流规则", r"微信|加v|vx|\bwx\b|引流|二维码|联系方式|留电话|qq群|导流"),
    ("酒类带货", r"白酒|米酒|酒类|卖.{0,4}酒|酒.{0,4}(?:带货|直播)"),
    ("医疗健康内容", r"治病|偏方|药|中医|医疗|保健品|医生|疗效"),
    ("未成年人", r"未成年|小孩|孩子|儿子|女儿|宝宝|学生|岁"),
    ("广告用语", r"国家级|最高级|绝对化|广告法|第一品牌|极限词|违禁词"),
    ("音乐版权", r"(?:歌|音乐|bgm|配乐).{0,8}(?:版权|侵权|能用|可以用|授权)|用.{0,6}的歌"),
    ("税费", r"税"),
    ("提现规则", r"提现|到账|提钱|手续费|银行卡"),
    ("发布时间", r"几点发|什么时候发|啥时候发|发布时间"),
    ("粉丝迁移", r"粉丝迁移|迁移|迁粉"),
    ("侵权申诉", r"申诉"),
    ("侵权举报", r"侵权|举报|投诉|盗视频|冒充"),
    ("原创规则", r"搬运|原创|二创|抄袭|搬.{0,8}视频|剪辑解说|伪原创"),
    ("审核规则", r"审核|过审|不通过|通不过"),
    ("流量规则", r"限流|推荐机制|流量怎么|上热门|没流量|推荐量"),
    ("违规处罚", r"封号|封禁|扣分|处罚|违规|禁言|拉黑|信用分"),
    ("短剧分账", r"短剧|p模式|s\+|分账"),
    ("直播规则", r"直播|开播|主播|连麦|pk"),
    ("流量券", r"流量券|推广券"),
    ("商单规则", r"商单|聚星|接广告|报价"),
    ("带货规则", r"带货|小黄车|橱窗|开店|选品|快分销"),
    ("付费课堂", r"付费课|课程|卖课"),
    ("抽奖规则", r"抽奖|送礼|福袋"),
    ("快手之星", r"快手之星"),
    ("光合优创", r"优创"),
    ("青云计划", r"青云"),
    ("光合计划", r"光合|激励"),
)


def _compiled(rows: Iterable[tuple[str, str]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in rows)


_PROGRAM_RULES = _compiled((name, pattern) for _, name, pattern in _PROGRAMS)
_PROGRAM_IDS = {name: program for program, name, _ in _PROGRAMS}
_CATEGORY_RULES = _compiled(_CATEGORIES)
_TOPIC_RULES = _compiled(_TOPICS)
_GROWTH_RULES = _compiled(
    (
        (
            "发布时间",
            r"几点|什么时候发|啥时候发|发布时(?:间|段)|时间段|早晨发|晚上发|黑家发|早上发|点上线|好发布时间|发布[^,.!?]{0,4}时间|什么时辰",
        ),
        (
            "更新频率",
            r"日更|周更|更新(?:频|几)|[几多]更|更几[条集]|发几[条次个]|更新几|发布几[次条]|频[率次]|一[天周]发一条|每天发|几天一[条更]|断更",
        ),
        ("时长", r"时长|多长|[拍剪做录]多久|\d+秒|几分钟|几秒|长视频|短视频好还是"),
        ("变现", r"变现|赚钱|挣钱|来钱|恰饭"),
        ("直播", r"直播|开播"),
        ("互动", r"互动|评论少|没人评论"),
        ("起号", r"起号|冷启动|新号"),
    )
)
_SOURCE_RULES = _compiled(_SOURCES)


def find_program(text: str) -> Found | None:
    """Return the programme's name as the platform writes it; an ambiguous message names none."""
    found = [
        Found(name, match.start(), match.end())
        for name, pattern in _PROGRAM_RULES
        if (match := pattern.search(text))
    ]
    return found[0] if len(found) == 1 else None


def program_id(name: str) -> str:
    """Return the id of a programme that find_program named."""
    return _PROGRAM_IDS[name]


def find_category(text: str) -> Found | None:
    """Return the content category that is named first."""
    return min(_all(_CATEGORY_RULES, text), key=lambda found: (found.start, -found.end), default=None)


def find_city(text: str) -> Found | None:
    """Return the city that is named first; 同城 and 本地 mean the creator's own."""
    match = _CITY.search(text)
    return Found(match[0], match.start(), match.end()) if match else None


def find_source(text: str) -> Found | None:
    """Return the one kind of income that is named; several are no limit."""
    if (program := find_program(text)) is not None:
        return program
    found = list(_all(_SOURCE_RULES, text))
    return found[0] if len(found) == 1 else None


def find_growth_topic(text: str) -> Found | None:
    """Return what advice on growing is asked about; no rule, as the same words are elsewhere."""
    return next(_all(_GROWTH_RULES, text), None)


def find_topic(text: str) -> Found | None:
    """Return what a question is about; the list stands from the particular to the general."""
    return next(_all(_TOPIC_RULES, text), None)


def _all(rules: Iterable[tuple[str, re.Pattern[str]]], text: str) -> Iterator[Found]:
    for name, pattern in rules:
        if match := pattern.search(text):
            yield Found(name, match.start(), match.end())
