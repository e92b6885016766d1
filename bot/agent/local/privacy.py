"""Requests for what belongs to somebody else: their income, their phone, their backstage."""

import re

from bot.agent.local.normalise import Said
from bot.agent.local.people import names_account


def wants_private_data(said: Said) -> bool:
    """Whether a message asks for private data of somebody other than the one who asks."""
    text = said.text
    if _WHO_IS.search(text) or _SECRETS_OF_NAMED.search(text) or _LOOK_UP.search(text):
        return True
    theirs = _THEIR_DATA.search(text) or (names_account(said) and _NAMED_DATA.search(text))
    if not theirs or _PUBLIC.search(text):
        return False
    words = theirs[0]
    around = text[max(0, theirs.start() - 16) : theirs.end() + 16]
    # A bare 前夫的流水 asks as well as 查一下 does.
    seeks = _SEEKS.search(around) or _NOTHING_MORE.fullmatch(text, theirs.end())
    if _OWN.search(words) or not seeks:
        return False
    # 他盗我视频赚了多少收益 is a complaint about a theft unless it asks for what nobody may know.
    if _THEFT.search(text) and not _SURELY_PRIVATE.search(words):
        return False
    return not (_OWN.search(around) and not _SURELY_PRIVATE.search(words))


# Somebody who is not the one who asks.
_OTHERS = (
    r"(?:我(?:弟|哥|姐|妹|爸|妈|爷爷?|奶奶?|叔|舅|姨|姑|嫂子?|爹|娘|儿子|女儿|闺女)的|前妻|前夫|前任"
    r"|前男友|前女友|老公|老婆|媳妇|丈夫|妻子|男朋友|女朋友|男友|女友|对象|闺蜜|室友"
    r"|朋友|哥们|同学|同事|邻居|隔壁[^,.的]{0,6}|同行|同城(?:的)?(?:主播|博主)?|(?:竞争)?对手|竞品"
    r"|对家|别人家?|人家"
    r"|他们?|她们?|对方|某人|那个(?:人|主播|博主|大v|网红|达人|号|账号|大号|作者|女的|男的)"
    r"|这个(?:人|主播|博主|大v|网红|达人|作者|用户)|其他(?:人|创作者|主播|作者|用户)"
    r"|别的(?:人|创作者|主播|作者|号|账号|用户)|另一?个(?:人|创作者|主播|作者|号|账号|用户)|亲戚"
    r"|表(?:哥|弟|姐|妹)|堂(?:哥|弟|姐|妹)|弟弟|哥哥|姐姐|妹妹|徒弟|师[傅父]|老板|员工|前同事|前员工"
    r"|合伙人|机构(?:旗下)?(?:的)?(?:主播|达人)"
    r"|(?:user|creator|account|uid|用户|账号)[_ ]?(?:id)?\s?[=:是为]\s?\w{2,16}"
    r"|(?:看看?|查查?|一下|下|把|将)\s?(?!我|这|本|自己|目前|现在|下|看|查)[\u4e00-\u9fff]{2,8}?(?:这个|那个)(?:账号|号|人)"
    r"|用户\s?\w{2,16}|创作者\s?[\w-]{2,16}|主播\s?[\w\u4e00-\u9fff]{2,8}|creator[_ -]?\w+|粉丝最多的"
    r"|第一名|榜一|举报我的人|搬我.{0,6}(?:的)?人|(?:他|她|对方|别人|人家)的?号)"
)
_PRIVATE = (
    r"(?:收入|收益|流水|工资|余额|银行卡|卡号|手机号?|电话(?:号码?)?|联系方式|身份证|真名|真实姓名"
    r"|实名(?:信息)?|住址|家?住(?:哪|在哪)|地址|定位|行踪|私信|聊天记录|后台|登录|密码|报价(?:明细"
    r"|单)?|合同|保底(?:多少|金额)?|签约(?:价|金额)|提现(?:记录|了多少|明细|金额)|账单"
    r"|赚(?:了|到)?多少|挣(?:了|到)?多少|一个?月(?:能)?(?:赚|挣|拿)|分(?:了|到)多少"
    r"|拿(?:了|到)多少(?:钱|激励|补贴)?|激励(?:金额|明细|多少)|分账(?:多少|明细|数据|金额)"
    r"|商单(?:明细|报价|收入|价格)|(?:接|报)(?:了)?(?:哪些|多少)(?:商单|钱|价)|申诉(?:记录|材料)"
    r"|违规记录|处罚记录|草稿|未发布|粉丝(?:名单|画像|列表)|完播率?|留存|数据|诊断|体检|微信号?|qq号?"
    r"|邮箱|ip(?:地址)?|身份信息|个人信息|隐私|资料|工单|举报记录|成交额?|gmv|销售额|佣金"
    r"|带货(?:数据|收入|多少))"
)
_SEEKS = re.compile(
    r"查|看|发(?:我|给|来|一)|调|导|告诉|给我|给个|多少|是什么|是啥|哪[里些]|明细|扒|弄(?:到|来)"
    r"|要(?:一下|到)?|拉|知道|分享|透露|泄露|提供|截图|登(?:录|上)|show|tell|send|get|give|what"
    r"|how much|诊断|分析|打开|进(?:去|入)"
)
_THEIR_DATA = re.compile(
    rf"{_OTHERS}(?:[^,.!?我]{{0,14}}?)(?:(?:上|这|那|本|今|去|近|最近)[^,.!?我]{{0,6}})?{_PRIVATE}"
    rf"|{_PRIVATE}[^,.!?我]{{0,4}}(?:是)?(?:属于)?{_OTHERS}的"
)
_NAMED_DATA = re.compile(
    rf"(?:@[^\s,.!?\"]{{1,24}}|\"[^\"]{{1,24}}\"|(?:叫|名叫|昵称(?:是|叫)?|id(?:是|为)?|用户|账号(?:是"
    rf"|为|叫)?)\s?[\w\u4e00-\u9fff_-]{{2,16}}?)\s?(?:这个|那个|的)?(?:人|号|账号|主播|博主|用户)?(?:的"
    rf"|上|近|这|那|最近|一)?[^,.!?我]{{0,8}}?{_PRIVATE}"
)
# 13800001111 beside somebody else: looking a person up by a number.
_LOOK_UP = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d).{0,20}(?:是谁|谁的|的(?:账号|主人|收入|信息|号))"
    r"|(?:查|找)(?:一下|下|出)?.{0,8}(?<!\d)1[3-9]\d{9}(?!\d)"
)
# A quoted name may be a work's title: 奶奶的饺子 has income of its own, but no phone and no offers.
_SECRETS_OF_NAMED = re.compile(
    r"\"[^\"]{1,24}\"\s?(?:这个|那个)?的[^,.!?我]{0,6}(?:报价|手机|电话|流水|后台|私信|住址|身份证|银行卡|合同|佣金)"
)
_WHO_IS = re.compile(
    r"(?:my (?:ex|wife|husband|friend|competitor|boss|colleague)|(?<![a-z])(?:his|her|their"
    r"|someone else's)|(?:another|other) (?:creator|account|user|person"
    r"|people)s?')[^,.]{0,24}(?:income|earning|revenue|phone|password|address|data|account)"
    r"|(?:盗|搬|抄|偷|冒充|举报)[^,.!?]{0,10}(?:,)?(?:他|她|那人)?(?:的)?(?:人)?(?:家)?(?:住(?:哪|址)"
    r"|身份证|手机号|电话号?|真名|真实(?:姓名|身份)|家庭地址|银行卡)"
    r"|(?:举报|投诉|拉黑|差评|骂)(?:了)?我的(?:人|那个人|账号|是谁)|谁(?:举报|投诉)(?:了)?我"
    r"|(?:搬|盗|抄|偷)我.{0,8}(?:的)?(?:人|那个人|号).{0,8}(?:真实|身份|手机|电话|住|地址|是谁家)"
)
# What everybody may know, or what is one's own after all.
_PUBLIC = re.compile(
    r"一般|平均|通常|普遍|大概(?:能)?(?:赚|挣)|榜单|排行|排名|规则|政策|条件|违规吗|算不算"
    r"|怎么(?:举报|投诉|申诉)|会不会(?:看|知道)|能(?:不能)?看到我|看(?:得)?到我"
)
_OWN = re.compile(
    r"(?:我|俺)(?:自己)?(?:的)?(?:账号|号|视频|作品|收益|收入|数据|后台|提现|余额|手机号?|银行卡|身份证|粉丝|工单|合同|分账|直播)"
    r"|(?:对比|相比|比起来|比).{0,4}我|我(?:和|跟|比)"
)
_NOTHING_MORE = re.compile(r"[呢吗吧啊呗?.!,\s]*(?:谢谢|please)?")
_THEFT = re.compile(r"(?:搬|盗|抄|偷|冒充|侵权|高仿|仿冒|假冒|用我|拿我|把我)")
_SURELY_PRIVATE = re.compile(
    r"手机号|电话|身份证|住址|家庭?住|地址|银行卡|密码|私信|聊天记录|真名|真实姓名|流水|后台|收入|收益"
    r"|隐私|实名信息|报价"
)
