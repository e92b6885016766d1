"""People who are named without any mark: somebody's bare handle or nickname before what is private."""

import re
from datetime import date

from bot.agent.local.clauses import without_names
from bot.agent.local.handles import handles
from bot.agent.local.periods import find_periods

# What nobody but its owner may know.
_PRIVATE = re.compile(
    r"收入|收益|流水|余额|账单|进账|进项|佣金(?!高|低|超过|大于|不低于|不少于|至少|起码|\d|百分|比例)|打赏|到手|(?:赚|挣|分|拿)(?:了|到|过)?(?:多少|几|啥|钱)|(?:赚|挣)"
    r"|提现|可提|能提多少|手机号码?|电话|住(?:哪|在哪|址)|家在哪|地址|身份证|银行卡|卡号|真名|真实姓名|微信号?|qq(?!\d)号?"
    r"|邮箱|后台|密码|私信|报价|合同|成交额?|gmv|销售额|违规记录|处罚记录|举报记录|粉丝画像|粉丝名单|定位"
    r"|income|earn(?:ings?|ed)?(?![a-z])|revenue|balance|payouts?|phone|password|commission"
)
# Figures that have an owner as well, but are said in a hundred other ways: only with 的 or 这个号 before them.
_FIGURES = re.compile(
    r"(?:的|这个号|那个号|家)(?:[^,.!?我]{0,6}?)(?:账号|数据|完播率?|互动率|播放量?|留存|涨粉|掉粉|诊断|体检|权重)"
)
_FIGURES_OF_HANDLE = re.compile(
    r"账号|数据|完播|互动率|播放|留存|涨粉|掉粉|诊断|体检|权重|画像|performance|data|views"
)
_SEEKS = re.compile(
    r"查|看|发(?:我|给|来|一)|调|告诉|给我|给个|多少|几[块个]|是什么|是啥|哪|怎么样|咋样|如何|吗|有没有|知道|拉一?下|瞅"
    r"|show|tell|how much|give|send|what"
)
_ENDS = re.compile(r"(?:明细|情况|数据|记录|[呢吧啊呀\s*])*$")
# The one who asks, or a work of theirs: no stranger.
_OWN = re.compile(
    r"(?<![给帮替诉叫发])我(?!想|要|看|查|听|是想|知道|瞅|问|需要|一下)|自己|本人|本号|(?<![a-z])(?:my|mine|i|our)(?![a-z])"
)
_WORK = re.compile(r"视频|作品|[这那]?一?[条集期部支篇](?!件)|片子|系列|[这那上]一?[单场笔]|话题|标题|\*")
# 蒙牛的商单收入: a brand has orders, and one's own income comes from them.
_FROM_A_BRAND = re.compile(r"(?:的|那个|这个)?(?:商单|广告|合作|推广|[这那]一?单)[^,.!?]{0,6}$")
_OFFER = re.compile(r"报价|合同")
# 我媳妇那个号里还有多少钱: one's own people are other people, too.
_RELATIVE = (
    r"(?:儿子|儿媳妇?|女儿|闺女|老公|老婆|媳妇|爸|妈|爹|娘|爷爷?|奶奶?|哥哥?|姐姐?|弟弟?|妹妹?|姑姑?|舅舅?|叔叔?|婶婶?|阿?姨|小姑子|小舅子"
    r"|表[哥姐弟妹]|堂[哥姐弟妹]|徒弟|学生|同事|同学|同行|朋友|闺蜜|伙计|哥们|邻居|老乡|对象|男友|女友|男朋友|女朋友|合伙人|搭档|助理|经纪人|老板)"
)
_THEIRS = r"(?:的|那个?|这个?|她|他|佢|个){0,3}(?:小|大|新)?(?:号|账号|帐号|账户|帐户|后台|店铺?|橱窗|短剧|直播|课程?|收入|收益|流水|钱包|提现|任务|商单)"
_OF_A_RELATIVE = re.compile(
    rf"我们?(?:家)?(?:的|那个|前)?{_RELATIVE}{_THEIRS}[^,.!?]{{0,16}}(?:多少|几[多钱个块]|收入|收益|余额|流水|明细|奖励|佣金|能提|没提|可提|提现|查|看)"
)
# 榜首那位的佣金, 前十名各自的收入: places of a board have owners.
_OF_THE_FIRST = re.compile(
    r"(?:榜首|榜一|第一名|头一名|排?第[一二三四五六七八九十]+(?:名|的)|榜单?前[一二三四五六七八九十\d]+名?|前[一二三四五六七八九十\d]+名)[^,.!?]{0,12}"
    r"(?:收入|收益|佣金|报价|商单|流水|挣|赚|到手|成交|电话|微信|退款)"
)
# 我妈的号能绑我的卡吗, 帮我老婆提到她卡里: what may be arranged between them is a matter of the rules.
_ARRANGED = re.compile(
    r"绑|代(?:办|替|提)|共用|合用|算(?:不算|违规)|违规|规定|允许|(?:能|可以|行)(?!提?多少|提几)[^,.!?]{0,12}(?:吗|么|不|嘛)$"
)
_THEFT = re.compile(r"盗|搬运|搬我|抄|偷|冒充|侵权|举报(?!记录)|投诉|维权|告他")

# What may stand before 收入 without naming anybody.
_KNOWN = re.compile(
    # Requests and politeness.
    r"麻烦|请问?|推荐|帮忙|帮我|替我|给我|我想要?|我要|想要|想|需要|告诉|知道|查询|查查|查看|查|看看|看下|看|瞅瞅|瞅|瞧瞧"
    r"|一下|下|调出来|调|拉|列|算|发|把|将|要|能不能|可以|可不可以|问|说|讲|汇报|统计|导出|打开|对比|比较|分析|诊断|体检"
    r"|快点?|赶紧|老铁们?|家人们?|兄弟们?|哥们|姐妹们?|亲|宝子?|老师|光合助手|助手|小光|机器人|你们?|客服|平台|官方"
    r"|快手|系统|后台|你好|哈喽|在吗|谢谢|嗯+|呃+|哎+|那个|这个|那些|这些|那|这|就是|然后|其实|所以|因为|但是|不过|还有"
    r"|另外|顺便|以及|和|跟|与|及|或者|的话|的|了|呢|吗|吧|啊|呀|嘛|得|地|着|过|也|都|又|就|才|再|还|只|没|不|是|有|在"
    r"|从|到|被|让|为什么|为啥|为何|凭什么|怎么|咋|如何|什么|啥|哪些|哪个|哪|多少|几|多|少|这么|那么|这样|咋样|怎样"
    # Time and amount.
    r"|今天|明天|昨天|前天|昨晚|今晚|晚上|早上|上午|中午|下午|凌晨|半夜|白天|最近|近期|近来|目前|现在|以前|之前|以后|之后"
    r"|截[止至]|当天|当月|每天|每月|每个月|一个月|一年|一天|一周|本期|上期|同期|平时|平常|周末|月初|月底|月中|年初|年底|年中"
    r"|上半年|下半年|上旬|中旬|下旬|季度|春节|元旦|五一|国庆|中秋|端午|清明|双十一|双11|双十二|六一八|618|七夕|除夕"
    r"|过年|节假日|期间|假期|暑假|寒假|那天|当时|时候|时间|这会|头[几两三]?[天月周]|历史|历年|累计|总共|一共|合计|总计"
    r"|总|全部|所有|整体|全|共|大概|大约|差不多|到底|究竟|分别|模式|等级|级|实际|真正|具体|详细|完整|单独|分别|各自|各|平均|最[高低多少新]"
    r"|第?[一二三四五六七八九十两百千万几\d]+[个天周月年季号日块元次笔份张]|\d+%?|税前|税后|扣税|预计|预估|应该|未结|已结|待结算?|结算|可|能"
    # The platform's business.
    r"|数据|各|商品|成交|转化|占比|占|此前|应补|补|扣|达人|带来|发布前|诊断结果|榜|排行|便宜|渠道"
    r"|光合计划|光合优创|光合|优创|青云计划|青云|快手之星|之星|星计划|激励金?|补贴|扶持|奖励金?|奖金|分成|分账|保底金?"
    r"|计划|项目|任务|活动|直播间?|带货|卖货|电商|小店|店铺|橱窗|小黄车|商单|广告费?|聚星|磁力|品牌|推广|合作|商家|供货"
    r"|快分销|分销|选品|团购|短剧|短视频|视频|作品|图文|课程|付费课?|课堂|课|打赏|礼物|刷|连麦|pk|粉丝团?|会员|订阅"
    r"|流量券?|现金|账户|账号|帐号|主页|号|钱包|钱款?|资金|金额|款子?|款项|工资|佣金|提成|成长|生命周期|周期|创作者?|主播"
    r"|博主|达人|作者|用户|新手|团队|机构|公会|公司|mcn|类目|领域|赛道|垂类|来源|渠道|明细|情况|报告|总览|概况|变化|趋势"
    r"|走势|汇总|表现|记录|数额|额度|比例|多少钱|拆分|分开|收入|收益|流水|余额|账单|进账|到手|到账|提现|撤销|撤回|取消|退回|提|结|赚|挣|发放"
    r"|人均|行业|同行|同类|大盘|别人|大家|有人|某人|谁|全网|全站|普通|一般|正常|稳定|主要|其他|其它|额外|直接|绑定|换绑"
    r"|改绑|修改|更换|解绑|忘记|登录|注册|实名|认证|收货|退货|联系|客户|商务|对接|填|留|放|简介|评论区|贴|写|加"
    # Where, and what about.
    r"|北京|上海|广州|深圳|东北|海外|国外|国内|老家|农村(?!小|大|老)|乡下|城里|线上|线下|外地|本地|同城|这边|那边|这块"
    r"|那块|方面|部分|里面|里头|里|上面|上|下面|中|内|外|间|身上|手里|卡里|名下"
    # What people make videos about.
    r"|美食|做饭|吃播|探店|烘焙|三农|种地|养殖|赶海(?!小|老|大|阿)|美妆|化妆|护肤|母婴|育儿|游戏|电竞|搞笑|段子|颜值|情感"
    r"|宠物|萌宠|汽车|教育|知识|科普|科技|数码|健身|运动|体育|音乐|唱歌|舞蹈|跳舞|广场舞|穿搭|服装|家居|装修|旅行|旅游"
    r"|户外|农资|钓鱼|手工|珠宝|影视|生活|日常|娱乐"
)
_RUN = re.compile(r"[\u4e00-\u9fff·]{2,}")
_AFTER = re.compile(r"(?:查询|查一下|是多少)?\s?[:\s]\s?(?P<name>[\u4e00-\u9fff]{2,10})\s?$")
_BREAK = re.compile(r"[,.!?;\n]+")
_POINTED_AT = re.compile(r"那?\s?(?P<name>[^\s,.!?的]{2,12}?)\s?的?呢?[?.!]?")
# How people call each other.
_A_PERSON = re.compile(
    r"(?:老|小|阿|大|二|三)[\u4e00-\u9fff]$|[\u4e00-\u9fff](?:哥|姐|叔|婶|爷|奶|妹|弟|嫂|妈|爸|总|老师|师傅|先生|女士|大姐|大哥|夫妇|家)$"
)


def names_stranger(text: str, *, on: date, surely: bool = False) -> bool:
    """Whether a normalised text asks for private data of somebody whom it names without any mark.

    `surely`: a word that nobody knows is no name yet; a handle, a relative, or how people call each other is.
    """
    masked = list(without_names(text))
    for period in find_periods(text, on=on):
        masked[period.start : period.end] = " " * (period.end - period.start)
    return any(_names_stranger(clause, surely=surely) for clause in _BREAK.split("".join(masked)))


def points_at_stranger(text: str) -> bool:
    """Whether a short message after one's own figures only puts another person in one's place: 那小李呢."""
    match = _POINTED_AT.fullmatch(text)
    if match is None or not (text.startswith("那") or text.rstrip("?.! ").endswith(("呢", "的"))):
        return False
    name = match["name"]
    return bool(handles(text) or (_A_PERSON.search(name) and _RUN.search(_KNOWN.sub(" ", name))))


def _names_stranger(clause: str, *, surely: bool) -> bool:
    if (_OF_A_RELATIVE.search(clause) or _OF_THE_FIRST.search(clause)) and not _ARRANGED.search(clause):
        return True
    if _OWN.search(clause) or _THEFT.search(clause):
        return False
    private = _PRIVATE.search(clause)
    if _WORK.search(clause):
        return False
    if handles(clause) and (private or _FIGURES_OF_HANDLE.search(clause)):
        return True
    if private and (_SEEKS.search(clause) or _ENDS.match(clause, private.end())):
        return _owner_is_named(clause, private, surely=surely)
    figures = _FIGURES.search(clause) if _SEEKS.search(clause) else None
    return figures is not None and _has_name(clause[: figures.start()], surely=surely)


def _owner_is_named(clause: str, private: re.Match[str], *, surely: bool) -> bool:
    before = clause[: private.start()]
    order = _FROM_A_BRAND.search(before)
    if order and not _OFFER.match(private[0]) and not _A_PERSON.search(before[: order.start()]):
        return False
    return _has_name(before, surely=surely) or _named_after(clause, private.end(), surely=surely)


def _has_name(words: str, *, surely: bool) -> bool:
    """Whether something is left that is no word of requests, of time or of the platform."""
    left = _RUN.findall(_KNOWN.sub(" ", words))
    return any(_A_PERSON.search(run) for run in left) if surely else bool(left)


def _named_after(clause: str, end: int, *, surely: bool) -> bool:
    match = _AFTER.match(clause, end)
    return match is not None and _has_name(match["name"], surely=surely)
