"""Arguments of the tool for goods: which product, which commission, whose fans, what is to be done."""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.agent.local.found import Found
from bot.agent.local.names import find_category
from bot.agent.local.normalise import Said
from tools.kernel.numerals import NUMBER, count, number, yuan_text

# Categories that only goods have.
_CATEGORY = re.compile(r"食品|吃的|零食|图书|家纺|母婴|童装|农资|化肥|护肤")
_CATEGORY_WORDS = {
    "吃的": "食品",
    "零食": "食品",
    "家纺": "家居",
    "童装": "母婴",
    "化肥": "农资",
    "护肤": "美妆",
}
# The values of the tool's own action, by which it is known.
ACTIONS = ("match", "shelf", "add", "remove", "sample", "results", "dislike", "restore")

_DENIAL = "dislike"
_SHELF = r"(?:橱窗|货架|小黄车)"
_ACTION_RULES = tuple(
    (value, re.compile(pattern))
    for value, pattern in (
        (
            "restore",
            r"恢复[^,.!?]{0,10}(?:推荐|显示|推送)|(?:撤销|取消)[^,.!?]{0,6}(?:不想看|不喜欢|屏蔽)|又想看|重新(?:给我)?推荐[^,.!?]{0,6}类",
        ),
        (
            "dislike",
            r"(?:不想|不要|别|不用)(?:再)?(?:给我)?(?:看到?|推荐?|出现|推送)|不(?:喜欢|感兴趣)|少(?:给我)?推荐?(?!费)|看腻",
        ),
        ("sample", r"样品|寄样|试用装?|小样|sample"),
        (
            "results",
            (
                r"卖得(?:怎么样|咋样|如何|好不好|最好)|卖(?:了|出)(?:多少|几)|转化|成交|销量(?!高|好的?|排)|带货(?:成绩|数据|效果|战绩)"
                r"|点击(?:率|多少|了)|退(?:了|款)(?:多少|几)|conversion"
            ),
        ),
        (
            "remove",
            rf"{_SHELF}[^,.!?]{{0,4}}(?:下架|移除|删|撤|拿掉|去掉)|(?:从|把)[^,.!?]{{0,16}}(?:下架|移出|移除|撤下|拿下来|拿掉|去掉|下掉)|移出{_SHELF}",
        ),
        (
            "add",
            rf"(?:加|放|挂|添加?|上架?)(?:到|进|上|入|在)?(?:我的?)?{_SHELF}|{_SHELF}[^,.!?]{{0,3}}(?:加|挂上|上架|添)|上架|挂(?:上|到)|我(?:要|想)带(?:这|那|第)",
        ),
        ("shelf", rf"(?:看|查|我的?)[^,.!?]{{0,6}}{_SHELF}|{_SHELF}[^,.!?]{{0,6}}(?:有|都|里|挂)|my shelf"),
    )
)
_CODE = re.compile(r"(?<![a-z0-9])p\d{3,12}(?!\d)")
_ORDINAL = re.compile(
    r"第(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:个|款|件|样|种)?(?!条|集|天|周|月|名)"
)
_LAST = re.compile(r"最后(?:一)?(?:个|款|件)")
_QUOTED = re.compile(r"[《「『“\"](?P<name>[^《》「」『』“”\"]{1,30})[》」』”\"]")
# Goods that creators name: what a supplier's title calls them.
_NAMED = re.compile(
    r"四件套|面膜|口红|洗面奶|防晒霜?|洗发水|沐浴露|纸尿裤|奶瓶|婴儿车|辅食|绘本|童装|玩具|积木|零食|坚果|牛肉干|牛肉酱|辣酱|酱油|火锅底料|螺蛳粉"
    r"|酸辣粉|面条|挂面|大米|小米|玉米|红薯|苹果|橙子|樱桃|西瓜|茶叶|蜂蜜|鸡蛋|腊肠|香肠|月饼|粽子|化肥|种子|菜籽|农药|喷雾器|锄头|水泵|大棚膜|手套"
    r"|被子|枕头|毛巾|拖把|收纳箱|炒锅|菜刀|保温杯|水杯|垃圾袋|洗衣液|纸巾|抽纸|灯具?|台灯|t恤|牛仔裤|连衣裙|羽绒服|袜子|运动鞋|凉鞋|拖鞋|帽子|内衣|腰带|皮带"
    r"|耳机|充电宝|数据线|手机壳|支架|音箱|键盘|鼠标|猫粮|狗粮|猫砂|牵引绳|猫抓板|鱼竿|鱼饵|瑜伽垫|跳绳|哑铃|帐篷|水壶|字帖|词典|菜谱|小说"
    r"|行车记录仪|车载吸尘器|脚垫|玻璃水|车载支架|项链|手镯|戒指|耳环|剃须刀"
)
_PERCENT = r"(?:%|个?点|个百分点|percent)"
_COMMISSION_WORD = re.compile(r"佣金|提成|返点|分成|分佣|commission")
_HIGH = re.compile(
    rf"(?:(?<!不)(?:超过|高于|大于|多于)|不低于|至少|起码|>)\s?(?:百分之)?(?P<n>{NUMBER}|[一二两三四五六七八九]成)\s?{_PERCENT}?"
    rf"|(?:百分之)?(?P<m>{NUMBER}|[一二两三四五六七八九]成)\s?{_PERCENT}?\s?(?:以上|往上|起步?|打底|朝上|\+)"
)
# Without a sign of percent a low bound is one of the price: 佣金高的80以内.
_LOW = re.compile(
    rf"(?:不超过|低于|小于|少于|最多|<)\s?(?:百分之)?(?P<n>{NUMBER}{_PERCENT}|[一二两三四五六七八九]成)"
    rf"|(?:百分之)?(?P<m>{NUMBER}{_PERCENT}|[一二两三四五六七八九]成)\s?(?:以下|以内|之内)"
)
_SIGN = re.compile(_PERCENT)
_OTHER_MATTER = re.compile(r"[,!?]|\.(?!\d)|价")
_TENTH = re.compile(r"(?P<n>[一二两三四五六七八九\d])成")
# How far from the word its number may stand: 佣金要20个点以上, 20%以上佣金的.
_REACH = 14
_MOST_PERCENT = 100
_AUDIENCES = tuple(
    (value, re.compile(pattern))
    for value, pattern in (
        ("宝妈", r"宝妈|妈妈(?:粉|多)|带娃的|家长|mom"),
        (
            "男性",
            r"男粉|男(?:性|的|人|生|用户|粉丝)(?!装|鞋|士)|老爷们|兄弟们|(?<!wo)men(?![a-z])|(?<!fe)male",
        ),
        ("女性", r"女粉|女(?:性|的|人|生|用户|粉丝)(?!装|鞋)|姐妹们|小姐姐|women|female"),
        ("中老年", r"中老年|老年(?:人|粉)|老人|大爷|大妈|叔叔阿姨"),
        ("年轻人", r"年轻(?:人|粉|的)|学生(?:党|粉)|00后|95后|大学生|young"),
    )
)


def find_goods_action(said: Said) -> Found:
    """Return what is to be done with goods; looking for some, when nothing else is said."""
    for value, pattern in _ACTION_RULES:
        # A denial is blotted out of the text; here it is what is asked for.
        if match := pattern.search(said.plain.lower() if value == _DENIAL else said.text):
            return Found(value, *match.span())
    return Found("match", 0, 0)


def find_product(said: Said) -> Found | None:
    """Return the product that is meant: its code, its place in the list shown, or words of its title."""
    if match := _CODE.search(said.text):
        return Found(match[0].upper(), *match.span())
    if match := _QUOTED.search(said.plain):
        return Found(match["name"].strip(), *match.span())
    if match := _LAST.search(said.text):
        return Found("ord:-1", *match.span())
    if (match := _ORDINAL.search(said.text)) and (place := count(match["n"])):
        return Found(f"ord:{place}", *match.span())
    match = _NAMED.search(said.text)
    return Found(said.plain[match.start() : match.end()], *match.span()) if match else None


def find_commission(text: str) -> Found | None:
    """Return the bound of a commission in percent: >20."""
    for word in _COMMISSION_WORD.finditer(text):
        last = word.end() + _REACH
        if other := _OTHER_MATTER.search(text, word.end(), last):
            last = other.start()
        first = max(0, word.start() - _REACH)
        first = max([first, *(other.end() for other in _OTHER_MATTER.finditer(text, first, word.start()))])
        for sign, pattern in ((">", _HIGH), ("<", _LOW)):
            # After the word before in front of it: 价格80以内佣金超过20.
            match = pattern.search(text, word.end(), last) or pattern.search(text, first, word.start())
            if match and (value := _percent(match["n"] or match["m"])) and not _is_money(text, match):
                return Found(f"{sign}{yuan_text(value)}", *match.span())
    return None


def find_audience(text: str) -> Found | None:
    """Return who the fans are that the goods are for."""
    for value, pattern in _AUDIENCES:
        if match := pattern.search(text):
            return Found(value, *match.span())
    return None


def fitting(found: Mapping[str, Found], said: Said) -> dict[str, Found]:
    """Return what was found for the tool of goods, where its words mean something else than elsewhere.

    宝妈 are fans here, no category; and goods have categories that works have not.
    """
    kept = dict(found)
    audience, category = kept.get("audience"), kept.get("category")
    if audience and category and audience.overlaps(category):
        del kept["category"]
    if kept["action"].value == _DENIAL and (denied := find_category(said.plain.lower())):
        kept["category"] = denied
    if "category" not in kept and (match := _CATEGORY.search(said.text)):
        kept["category"] = Found(_CATEGORY_WORDS.get(match[0], match[0]), *match.span())
    return kept


def without_commission(text: str) -> str:
    """Return the text with a commission's bound blotted out, so that it is not taken for a price."""
    found = find_commission(text)
    return (
        text if found is None else text[: found.start] + "," * (found.end - found.start) + text[found.end :]
    )


def _percent(text: str) -> Decimal | None:
    text = _SIGN.sub("", text)
    tenth = _TENTH.fullmatch(text)
    value = number(tenth["n"]) if tenth else number(text)
    value = value * 10 if tenth and value is not None else value
    return value if value is not None and 0 < value <= _MOST_PERCENT else None


def _is_money(text: str, match: re.Match[str]) -> bool:
    return bool(re.match(r"\s?(?:元|块)", text[match.end() :])) or bool(re.search(r"元|块", match[0]))
