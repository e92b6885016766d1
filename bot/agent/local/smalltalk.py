"""Small talk: what needs a friendly word and no tool."""

import re
from enum import StrEnum


class Talk(StrEnum):
    """Kinds of small talk."""

    GREETING = "greeting"
    THANKS = "thanks"
    PRAISE = "praise"
    GOODBYE = "goodbye"
    CANCEL = "cancel"
    AGREED = "agreed"
    WHO = "who"
    MOOD = "mood"
    COMPLAINT = "complaint"


# The words of each kind; a part that consists of nothing else (and of fillers) is small talk.
_WORDS: tuple[tuple[Talk, str], ...] = (
    (
        Talk.WHO,
        (
            r"你是谁|你谁啊|你叫(?:什么|啥)(?:名字?)?"
            r"|你是(?:个)?(?:机器人|真人|人工智能|ai|人|什么|干(?:什么|嘛|啥)|做什么)(?:还是(?:机器人|真人|ai|人))?"
            r"|你(?:都)?会(?:什么|啥|做什么|干啥)"
            r"|(?:你)?(?:都)?能(?:干|做|帮我做?)(?:什么|嘛|啥|些什么|哪些事?)|有(?:什么|啥|哪些)功能|怎么用你"
            r"|你怎么用|help|帮助|介绍(?:一下)?(?:你)?自己|使用说明|你几岁|你多大|你有女朋友|你结婚"
            r"|你吃(?:饭|了)|你是男是女|who are you|what can you do"
        ),
    ),
    (
        Talk.THANKS,
        (
            r"谢谢?(?:了|你|啦|您)?|多谢|感谢|感恩|thx|thanks?(?: you| a lot| so much)?|thank you|3q|3ks"
            r"|辛苦(?:你)?(?:了|啦)?|麻烦(?:你)?了|好人一生平安|太感谢了?|比心|爱你们?|么么哒|客气"
        ),
    ),
    (
        Talk.CANCEL,
        (
            r"算了|不用(?:了|啦|麻烦)|没事(?:了|儿|啦)?|当我没(?:说|问)"
            r"|(?:我)?不(?:查|弄|问|看|办|搞|要|提|报|想)(?:了|啦)|先不(?:弄|查|办|提|看|报|问|说)了?"
            r"|取消(?:吧)?|改天(?:再说)?|以后再说|回头再说|下次再说|再说吧|(?:我)?再想想|我自己(?:看|弄|查)"
            r"|不必了|never ?mind|forget it|cancel|没啥事|没什么事"
        ),
    ),
    (
        Talk.GOODBYE,
        (
            r"再见|拜拜?|88|886|回见|回聊|先这样|就这样|没别的(?:事|了)|没有(?:了|别的)"
            r"|没(?:其他|别的)(?:问题|事)了?|(?:我)?(?:先)?(?:下|撤|闪|溜)了|晚安|bye(?: ?bye)?|good ?night"
            r"|(?:我)?(?:先)?(?:去忙|走|睡)了|(?:我)?(?:先)?去(?:拍|剪|直播|吃饭|开播|睡觉)[^,]{0,4}了?|明天见"
            r"|下次见"
        ),
    ),
    (
        Talk.PRAISE,
        (
            r"yyds|yy?ds|绝绝子|6{2,}|牛(?:逼|批|掰|啊|蛙)?|nb|厉害|真棒|太棒|棒|(?:真|太|挺|很)?好用|给力"
            r"|(?:点)?赞|爱了|真香|可以啊|(?:还)?不错|awsl|支持|你真好|真?聪明|好样的|respect|nice"
            r"|good(?: job)?|great|cool|amazing|wow|perfect|(?:真|太)(?:强|神|快|方便|贴心|专业|靠谱)|神器"
            r"|靠谱|优秀|满意|有用|贴心|惊了|泰裤辣|太酷|酷|起飞|无敌|永远的神|好家伙|不愧是|人间清醒|栓q"
            r"|针不戳|没毛病|得劲|中|杠杠的|嘎嘎"
        ),
    ),
    (
        Talk.GREETING,
        (
            r"你好|哈喽|哈罗|嗨|hi|hello|hey|yo|在(?:吗|不|么|不在|嘛|线吗)|早(?:上好|安)?"
            r"|(?:上午|中午|下午|晚上)好|大家好|新年快乐|过年好|新年好|节日快乐"
            r"|(?:中秋|国庆|元旦|春节|端午)(?:节)?快乐|恭喜发财|好久不见|我(?:又)?来了|第一次用|初次见面"
            r"|吃了(?:吗|没)|最近(?:咋样|怎么样|好吗)|很高兴认识你"
        ),
    ),
    (
        Talk.COMPLAINT,
        (
            r"(?:你)?(?:真|太|好|这么)?(?:傻|笨|蠢|垃圾|没用|烂|差劲)(?:逼|b|死了|货)?|智障|废物|答非所问"
            r"|听不懂人话|什么玩意|(?:这)?什么破(?:玩意|东西|助手|机器人)|滚|闭嘴|无语"
            r"|(?:什么|啥)?(?:破|垃圾|烂|骗子|坑人|坑爹|黑心)(?:平台|app|软件|系统|规则|客服)|骗(?:子|人)|坑(?:人|爹|死)?"
            r"|过分|恶心|忍不了|受够|受不了|欺负人|服了"
        ),
    ),
    (
        Talk.MOOD,
        (
            r"(?:好|太|真|心)?累(?:死|啊|了|瘫)?|烦(?:死|躁)?|(?:好)?无聊|唉|哎|难受|emo"
            r"|(?:好|太|真)?难(?:过|啊)?|破防|崩溃|郁闷|伤心|心态崩|想哭|呜|不开心|开心|高兴|好气|气死"
            r"|(?:心情)?(?:不好|很差)|压力(?:好|很|太)?大|失眠|睡不着|陪我聊(?:聊|会)?(?:天)?"
            r"|聊(?:聊天|会儿?|五毛钱)|(?:好)?孤独|(?:好)?焦虑|迷茫"
        ),
    ),
    (
        Talk.AGREED,
        (
            r"好(?:的|吧|嘞|滴|哒|呀|啊|哦)?|行(?:吧|的)?|ok+(?:ay)?|嗯+|噢|哦+|知道(?:了|啦)|明白(?:了)?|收到"
            r"|了解(?:了)?|懂了|可以(?:的)?|没问题|对(?:的|啊)?|是(?:的|啊)?|这样啊|原来如此|原来这样|确实"
            r"|有道理|哈+|嘿+|嘻+|呵+|h{2,}|233+|lol|笑死|xswl|看到了|放心|yes|yep|sure|got it|确认|同意"
        ),
    ),
)
_COMPILED = tuple((talk, re.compile(pattern)) for talk, pattern in _WORDS)
_FILLER = re.compile(
    r"吗|么|\s+|老铁们?|铁子|家人们?|兄弟们?|哥们?|姐们?|亲|宝(?:子|贝)?们?|小?助手|小?光合|机器人"
    r"|你们?"
    r"|我们?|的|了|呢|吧|啊|呀|哈|哦|喔|噢|嗯|呐|哇|嘛|啦|咯|哟|诶|欸|那|就|真|太|很|都|挺|还|也|又|这"
    r"|这个|这么|非常|特别|简直|有点|一点|今天|现在|最近|大家|死|是|在|先|人|感觉|觉得|东西|好像|有|来"
    r"|去|说|查|答|回|得|地|一直|too|so|very|you|it|is|the|bro|[?!,.;~*\-'\"…、]"
)
_LONGEST = 40


def small_talk(text: str) -> Talk | None:
    """Return the kind when the text is small talk and nothing else."""
    if not text or len(text) > _LONGEST:
        return None
    place, kind = 0, None
    while place < len(text):
        talk, end = _longest_word(text, place)
        filler = _FILLER.match(text, place)
        if talk is not None and end >= (filler.end() if filler else 0):
            # A word of thanks or farewell says more than the "ok" around it; whoever is annoyed at us says at what.
            weaker = (None, Talk.AGREED, Talk.MOOD) if talk is Talk.COMPLAINT else (None, Talk.AGREED)
            kind = talk if kind in weaker else kind
            place = end
        elif filler and filler.end() > place:
            place = filler.end()
        else:
            return None
    return kind


def _longest_word(text: str, place: int) -> tuple[Talk | None, int]:
    best: Talk | None = None
    end = place
    for talk, pattern in _COMPILED:
        match = pattern.match(text, place)
        if match and match.end() > end:
            best, end = talk, match.end()
    return best, end
