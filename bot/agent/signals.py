"""What is heard in a creator's message beside what it asks: anger, hurry, danger, a quarrel about money, an answer of no use.

The same words count whatever model answers: a person is called by rule, not by a model's mood.
"""

import re

from bot.agent.local.boundaries import Boundary, declined
from bot.agent.local.normalise import said
from tools.support.escalation import Signal


def heard(text: str) -> frozenset[Signal]:
    """Return the signals of a message."""
    plain = said(text).text
    found = {signal for signal, words in _WORDS.items() if words.search(plain) and not _NOT.search(plain)}
    if _VENT.search(plain) and not _AT_OTHERS.search(plain):
        found.add(Signal.ANGER)
    if declined(plain) is Boundary.DANGER or _THREAT.search(plain):
        found.add(Signal.DANGER)
    if _HURRY.search(plain) and not _NO_HURRY.search(plain):
        found.add(Signal.HURRY)
    return frozenset(found)


# Somebody tells of another's anger, or says that they are not angry.
_NOT = re.compile(
    r"不是(?:生气|投诉|骂)|没(?:有)?生气|不(?:是要|想|会)投诉|粉丝(?:骂|投诉|生气)|观众(?:骂|投诉|生气)"
)
_HURRY = re.compile(
    r"急(?![救诊忙])|马上|立刻|立即|赶紧|赶快|快点|等不(?:了|及)|今天(?:之内|必须|就要)|现在就|火烧眉毛|asap|urgent|right now|hurry"
)
_NO_HURRY = re.compile(r"不(?:着)?急|不用(?:着)?急|别急")
_VENT = re.compile(r"气死(?:我|人)|忍不了|受够了|欺人太甚|气炸了")
# 被搬运了，气死我了: a person of the desk would do no better than the report that is asked for.
_AT_OTHERS = re.compile(
    r"被(?:人)?(?:搬|盗|抄|冒充|偷|举报|拉黑)|搬运|盗用|抄袭|有人|别人|同行|黑粉|品牌方|对方|粉丝|观众"
)
_WORDS = {
    Signal.ANGER: re.compile(
        r"(?:你们|平台)(?:就是|这是|简直)?(?:在)?(?:骗人|骗子|坑人|坑我|耍我|耍人|糊弄)"
        r"|破(?:平台|机器人|助手|客服)|垃圾(?:平台|助手|客服|机器人)|什么(?:破|垃圾|狗屁|鬼)(?:平台|规则|助手|东西)"
        r"|(?:我要|马上|必须)(?:去)?(?:投诉|曝光|起诉|告)(?:你们|平台)|投诉你们|打12315|找媒体|去法院|律师函"
        r"|(?:滚|闭嘴|有病|脑残|傻[逼x叉b]|他妈|尼玛|操你|妈的|王八|混蛋)(?!.{0,4}(?:视频|作品|标题|台词))"
        r"|this is (?:ridiculous|bullshit)|scam(?:mers?)?|i(?:'m| am) (?:so )?(?:angry|furious)"
    ),
    Signal.COMPLAINT: re.compile(
        r"(?:你)?(?:没|听不|看不|不)(?:听|看)?(?:懂|明白)(?:我|人)?(?:的)?(?:话|说|问|意思)|听不懂|答非所问|驴唇不对马嘴"
        r"|(?:说|问|讲)了(?:好几|[两三四五几多n\d])[遍次回]|(?:还是|都|又)(?:没(?:有)?(?:解决|用)|不对|不行)|没(?:帮|解决)(?:到|上|了)?(?:我|问题)"
        r"|你(?:这)?(?:个)?(?:没用|不行|太笨|好笨|真笨)|不是(?:问|说)(?:你)?这个|别(?:再)?(?:机械|重复|复读|敷衍)|重复(?:的)?(?:话|回答)"
        r"|you don'?t understand|not what i asked|useless"
    ),
    Signal.MONEY: re.compile(
        r"(?:少|漏)(?:给|发|结|算|打)(?:了)?(?:我)?.{0,8}(?:钱|元|块|收益|激励|奖励|补贴|分账)"
        r"|(?:克扣|黑(?:了|掉)?|吞(?:了|掉)?|扣(?:了|掉|走)?|昧(?:了|下)?)(?:我)?(?:的)?.{0,8}(?:钱|收益|激励|补贴|奖励|\d+\s?(?:元|块))"
        r"|(?:我的)?(?:钱|收益|激励|补贴|佣金|分账|奖励|稿费)(?:呢)?[^,.!?]{0,8}(?:对不上|算错|不对数|不见了|没了|被(?:扣|吞|黑)|凭什么扣)"
        r"|凭什么(?:扣|不给)(?:我)?|(?:不给|拖着不|赖着不)(?:我)?(?:结|发|打)(?:算|钱|款)?|赖账|欠(?:我|着我)(?:的)?.{0,6}(?:钱|元|块)"
        r"|(?:where is|give me|stole|owe me) (?:my )?money"
    ),
}
_THREAT = re.compile(
    r"(?:我|信不信我)(?:要|会|就)?(?:弄死|杀了|砍(?:死)?|捅(?:死)?|打死)(?:你们|你|他|她)|同归于尽|炸(?:了)?(?:你们|公司|平台)"
    r"|(?:有人|他|她|粉丝|黑粉)[^,.!?]{0,10}(?:威胁|恐吓|要杀|要砍|跟踪|堵)(?:我|到我)|人肉(?:我|搜索)|上门(?:堵|找|打)(?:我|到)"
)
