"""What the assistant does not do: orders against its own rules, other people's data, cheating, other business.

These classes belong to the product, not to a tool: the same words bound every tool that is or will be registered.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot.agent.local.normalise import Said
from bot.agent.local.privacy import wants_private_data
from bot.agent.local.speech import OTHER_PEOPLE, OWN_RULES
from bot.agent.local.strangers import names_stranger


class Boundary(StrEnum):
    """Why a message is not acted on."""

    OWN_RULES = "own_rules"  # role change, hidden instructions, secrets, bulk data
    OTHER_PEOPLE = "other_people"  # another person's private data
    CHEATING = "cheating"  # bought followers, going round review
    OTHER_PLATFORM = "other_platform"
    OTHER_BUSINESS = "other_business"  # weather, code, homework
    DANGER = "danger"  # somebody may be about to hurt themselves


# What examples tell of a message: from here it is refused though no rule hears it.
_SURELY_REFUSED = 0.5
_SURELY_OTHERS = 0.4
# A word that nobody knows may be a name; it is taken for one when examples do not speak against it.
_PERHAPS_OTHERS = 0.02
# What these tools show, anybody may see: a name in such a message is no attempt.
_PUBLIC_TOOLS = ("leaderboard", "hot_trends", "inspiration_materials")
_SURELY_PUBLIC = 0.8


def refused(said: Said, *, on: date, likely: Mapping[str, float]) -> Boundary | None:
    """Return OWN_RULES or OTHER_PEOPLE when the message must be refused, whatever else it asks.

    `likely` is how likely examples make each label; {} where nothing was learnt.
    """
    text = said.text
    own_rules = likely.get(OWN_RULES, 0.0)
    if (_OWN_RULES.search(text) or own_rules >= _SURELY_REFUSED) and not _OWN_SECRET.search(text):
        return Boundary.OWN_RULES
    others = likely.get(OTHER_PEOPLE, 0.0)
    public = sum(likely.get(tool, 0.0) for tool in _PUBLIC_TOOLS) >= _SURELY_PUBLIC
    doubtful = bool(likely) and others < _PERHAPS_OTHERS
    named = not public and names_stranger(said.text, on=on, surely=doubtful)
    if wants_private_data(said) or named or others >= _SURELY_OTHERS:
        return Boundary.OTHER_PEOPLE
    return None


def declined(text: str) -> Boundary | None:
    """Return why a message is not this platform's business, None when it may be."""
    if _DANGER.search(text):
        return Boundary.DANGER
    if _BYPASS.search(text) or (_CHEATING.search(text) and not _ABOUT_THE_RULE.search(text)):
        return Boundary.CHEATING
    if _OTHER_PLATFORM.search(text) and not _TO_DO_WITH_US.search(text):
        return Boundary.OTHER_PLATFORM
    if _OTHER_BUSINESS.search(text) and not _OUR_WORK.search(text):
        return Boundary.OTHER_BUSINESS
    return None


_OWN_RULES = re.compile(
    # Orders to forget instructions, in both languages.
    r"你?(?:不用|不必|无需|可以不)(?:再)?(?:遵守|遵循|管|理会).{0,8}(?:规定|规则|限制|约束|政策)"
    r"|你(?:收到|看到|得到)的(?:第一条|最初|所有|全部|初始).{0,6}(?:消息|指令|内容|文字|原文)"
    r"|(?:给我|要|发我?|拿到?)?(?:所有|全部|全体|每个|一万个|平台上?)(?:的)?(?:主播|创作者|达人|用户"
    r"|作者|网红)们?(?:的)?(?:联系方式|微信|号码|手机|电话|地址|资料|名单|信息)"
    r"|(?:忽略|无视|忘(?:记|掉)|不要(?:管|遵守|理会)|跳过|推翻|覆盖|清除|抛开|绕开).{0,10}(?:指令"
    r"|提示词?|规则(?:限制)?|设定|限制|约束|要求|命令|指示|instruction|prompt|说的话)(?!怎么|在哪"
    r"|是什么原因)"
    r"|(?:ignore|disregard|forget|override|bypass).{0,30}(?:instruction|prompt|rule|above|previous|guideline|polic|restriction)"
    # Another role.
    r"|(?:从现在(?:起|开始)|现在起|接下来|今后)[^,.]{0,4},?你(?:就)?(?:是|叫|要扮演|将|不再)"
    r"|你现在(?:就)?(?:是(?!谁|不|机器|真人|什么|哪)|扮演|叫(?!什么|啥))"
    r"|(?:扮演|假装(?:你)?(?:是|自己)|模拟成?|伪装成?|进入).{0,12}(?:管理员|角色|模式|开发者|黑客"
    r"|没有限制|系统|客服主管|dan|root|审核员|老板)"
    r"|(?:没有|不受|去掉|解除)(?:任何|道德|内容|安全|使用|所有)*的?限制"
    r"|(?:开启|进入|切换到?|打开|启用).{0,6}(?:开发者|上帝|管理员|调试|越狱|debug|无限制|root)模式?"
    r"|越狱|jailbreak|\bdan\b|do anything now|act as|pretend (?:to be|you)|you are now|developer mode"
    r"|sudo"
    # Hidden instructions and secrets.
    r"|系统(?:提示词?|指令|prompt|设定|预设)|提示词(?:是|发|给|告诉|打印|输出|原文|内容)"
    r"|(?:你的|初始|内部|原始|隐藏|后台)(?:的)?(?:提示词?|指令|prompt|设定|预设|系统消息|规则原文|配置)"
    r"|system ?(?:prompt|message|instruction)"
    r"|(?:reveal|show|print|repeat|output|tell me).{0,20}(?:prompt|instruction|system|everything above|words above)"
    r"|(?:把|将)?(?:上面|以上|前面|你收到)的?(?:所有)?(?:内容|文字|话|指令)(?:原样|全部|完整|逐字|都)?(?:输出|重复|打印|复述)"
    r"|(?:管理员|后台|系统|服务器|数据库|root|超级|运营|员工|内部)(?:的)?(?:账号)?(?:登录)?(?:密码"
    r"|口令|密钥|权限给|token|权限开|接口)"
    r"|(?:api|secret|access)[ _-]?(?:key|token|密钥)|密钥|admin password|环境变量"
    # The whole store.
    r"|(?:输出|导出|打印|dump|下载|列出|发(?:我|给我)|给我|调出|拖|查询|读取|拉).{0,14}(?:数据库"
    r"|整个库|全部用户|所有用户|所有(?:的)?(?:创作者|主播|作者|达人|账号)(?:的)?(?:手机|电话|信息|数据"
    r"|收入|收益|身份|名单|资料|银行)|全站(?:创作者|用户)(?:的)?(?:手机|数据|收入|信息)|(?:每个|全部"
    r"|全平台)(?:的)?(?:创作者|用户|主播)(?:的)?(?:手机|电话|身份|收入|银行))"
    r"|所有(?:的)?(?:创作者|用户|主播|人)(?:的)?(?:手机号|电话|身份证|银行卡|密码|收入|收益)"
    r"|数据库(?:的)?(?:表?结构|表|连接|密码|里的)"
    r"|\b(?:select|insert|update|delete)\b.{1,40}\b(?:from|into|set|where)\b|drop table|union select"
    r"|;--|<script|\$\{|\{\{"
    # A forged voice of the system, or of staff.
    r"|^\s?(?:\[(?:系统|管理员|官方|后台)[^\]]{0,8}\]|\[?(?:系统(?:消息|通知|提示|指令))\s?[:\]])"
    r"|^\s?\[?(?:system|admin|管理员|官方|developer|assistant)\]?\s?[:\]]"
    r"|</?(?:system|admin|instruction|tool)|\[/?inst\]|管理员已(?:授权|批准|同意)"
    r"|(?:已|获得)(?:得到|获|经过)?(?:管理员|官方|最高|平台|超级)?(?:的)?授权,?.{0,4}(?:请)?(?:直接|立即|马上)?(?:输出|导出|执行|查)"
    r"|我(?:就)?是(?:你(?:的|们)?)?(?:快手|平台|官方|后台|系统)?(?:的)?(?:管理员|开发者|程序员|工程师"
    r"|员工|内部人员|运营|审核员|ceo|老板|创始人|技术人员|测试人员|安全团队)(?!吗)[^?]{0,24}(?:给我|查"
    r"|导|改|通过|权限|密码|解封|放行|关闭|执行|输出|告诉)"
    # Tampering.
    r"|(?:把|给|将)?我(?:的)?(?:账号|账户|号)?(?:的)?(?:余额|收益|粉丝数?|播放量?|等级|信用分|积分"
    r"|钱包)(?:直接)?(?:里)?(?:改成?|加到|调到|设(?:置)?(?:成|为)|变成|增加到|充到)"
    r"|(?:余额|账户|钱包)(?:里)?(?:直接|偷偷|多)?(?:加|打|充|转)(?:个|上|进)?\s?\d+"
    r"|(?:不用|无需|跳过|绕过|不要)(?:任何)?(?:确认|验证|审批|二次确认|核验)(?:步骤|环节)?(?:,|直接|就|给我|帮我|马上)"
    r"|(?:假装|当作|视为|默认)(?:我)?(?:已经)?(?:确认|授权|同意|验证)"
    r"|(?:把|将)我(?:的)?(?:违规|处罚|扣分)(?:记录|分)?[^,.]{0,4}(?:删|清|抹|消)(?:掉|了|除)"
    r"|(?:直接|帮我)?(?:改|删)(?:掉|了)?(?:数据库|后台(?:数据|记录)|系统记录|违规记录|处罚记录)"
)
# 我的密码忘了: the creator's own secret is a matter of the account.
_OWN_SECRET = re.compile(
    r"我(?:的|自己的)?(?:账号)?(?:登录)?密码|(?:忘|改|找回|重置|修改)(?:了|记|一下)?(?:登录|支付)?密码"
    r"|验证码(?:收不到|没收到)"
)

_DANGER = re.compile(
    r"不想活|想(?:自杀|轻生|死了一了百了|跳楼)|自残|活不下去了|结束(?:自己的)?生命|kill myself|suicide"
)

_CHEATING = re.compile(
    r"(?:买|刷|代刷|卖|充|涨粉)(?:点|些|几个?"
    r"|[一二两三四五六七八九十百千万\d]{1,6}\s?[个万wk]?个?)?(?:僵尸|假|死|真人|活)?(?:粉丝?|赞"
    r"|点赞|播放量?|评论|人气|浏览|数据|礼物|热度|关注|互动)(?!牌|团|丝牌|条|色|底|饼)"
    r"|刷(?:量|单|榜|人气|热门)|僵尸粉|互(?:粉|赞|关)(?:群|软件|平台|互)"
    r"|涨粉(?:软件|神器|机器|外挂|脚本|工具)|(?:粉丝?|点赞|人气)(?:多少钱|怎么卖|哪里?买|能买|代购)"
    r"|播放量?(?:怎么卖|哪里?买|能买|代购)|(?:代刷|刷)(?:点|的)?(?:播放|赞|粉)"
    r"|收(?:不收)?[^,.]{0,4}(?:老|大|白|万粉)号|卖号|买号|群控|养号(?:软件|脚本)|挂机(?:软件|脚本)"
    r"|外挂|脚本(?:刷|自动)|自动(?:点赞|关注|评论|私信|涨粉)(?:软件|脚本|工具)?|水军"
    r"|buy (?:followers|likes|views|fans)"
    r"|(?:绕过?|躲(?:过|避|开)?|规避|逃(?:过|避)?|骗过?|避开|蒙混|破解|过掉|钻)(?:平台|系统|机器|官方"
    r"|ai)?(?:的)?(?:审核|检测|监管|查重|判重|原创(?:检测|审核)?|限制|风控|处罚|实名|违禁词|空子"
    r"|规则漏洞|漏洞|版权)"
    r"|不被(?:平台|系统|官方|你们|人)?(?:发现|查到?|检测|抓)"
    r"|(?:怎么|如何|教我|有没有)(?:办法)?.{0,10}(?:偷偷(?:搬|发|卖|引流)|搬(?:运)?(?:别人|他人"
    r"|人家).{0,8}(?:过审|不违规|不被|变原创)|去(?:掉)?水印.{0,4}(?:搬"
    r"|发)|伪原创|消重|去重|洗稿|黑产|套现|洗钱|逃税|避税|偷税)"
    r"|(?:买卖?|卖|租|转让|收购|出租)(?:个|一个|几个)?(?:快手)?(?:老|大|万粉|千粉|白)?(?:账号|号)(?!召|称|码)"
    r"|(?:账号|号)(?:多少钱)?(?:怎么|能|可以)?(?:卖|转让|出租)|(?:小号|多个号|好几个号)(?:刷|薅|领)"
    r"|薅(?:平台)?羊毛|虚假(?:实名|身份|流量|交易)|伪造|假(?:流水|账单|收入|数据)(?:图|截图)?"
    r"|p(?:一张|个)图(?:当|做)?证据|假(?:证据|材料|截图|身份证|执照)|恶意(?:举报|投诉|差评)"
    r"|(?:搞|弄)(?:掉|死|垮)(?:他|她|对手|同行|竞争|那个号)|批量(?:注册|举报|起号软件)"
    r"|(?:发|拍|播)(?:点|个|些)?(?:擦边|色情|黄色|赌博)"
)
# Going round review is asked for, whatever rule it names.
_BYPASS = re.compile(
    r"不被?(?:限流|封号?|判|发现|检测)的?[^,.!?]{0,4}(?:搬运|办法|教程)"
    r"|搬运(?:的)?(?:教程|技巧|方法|攻略|软件)"
    r"|(?:怎么|如何|咋|教我|有(?:什么|啥|没有)办法|帮我).{0,6}(?:绕过|破解|骗过|躲过|逃过|规避"
    r"|蒙混)[^,.!?]{0,6}(?:审核|检测|监管|查重|处罚|实名)"
)
# 刷粉会封号吗: a question about the rule is answered by the rule.
_ABOUT_THE_RULE = re.compile(
    r"被查|查到|会怎样|会怎么样|违规|违法|算不算|算[^,.!?]{1,10}(?:吗|么)"
    r"|会(?:不会|被|不会|怎么|封|限|扣)|封号|处罚|处理|后果"
    r"|影响|(?<!不)被(?:判|认定|说|系统|平台|冤枉|误判|举报|限)|举报|投诉|允许|规定|规则|可不可以"
    r"|可以吗|能(?:不能)?(?:买|卖|转让|绕)?吗|冤枉|误判|申诉|没(?:有)?(?:刷|买)|清理|掉(?:了)?"
)

_OTHER_PLATFORM = re.compile(
    r"微信(?:号)?(?:被封|怎么(?:注册|解封|提现|转账)|红包|朋友圈|群主)|抖音"
    r"|(?<![a-z])(?:dou ?yin|tik ?tok|you ?tube|instagram|facebook|twitter|bili(?:bili)?|wechat channels?|taobao)(?![a-z])"
    r"|油管|小红书|小红薯|b站|哔哩|视频号|微博|知乎|西瓜视频|淘宝|天猫|京东|拼多多|闲鱼|美团|虎牙|斗鱼"
    r"|百家号|头条号?|公众号|好看视频|微视|今日头条|dy号|某音|抖店|抖加|dou\+|快音|陌陌|喜马拉雅"
    r"|支付宝|爱奇艺|腾讯视频|优酷|豆瓣"
)
# 抖音的视频搬来算违规吗, 我的视频被搬到抖音: our rules and our originals reach there.
_TO_DO_WITH_US = re.compile(
    r"快手|光合|(?:搬|盗|抄|偷|同步|发|传|转)(?:运|到|过来|来|去)?(?:我|你们|这边|咱|这里|过来|别人)"
    r"|(?:被|有人).{0,12}(?:搬|盗|抄|偷)|违规|侵权|举报|算不算|会(?:被)?(?:限流|封|判)"
    r"|能不能(?:发|放|写|挂|提|带)|可以(?:发|放|写|挂|提|同时|带)"
    r"|(?:放|留|写|挂|加|提|导).{0,6}(?:微信|微博|公众号|小红书|抖音|淘宝|链接)|独家|签约|两边|也在"
    r"|比(?:抖音|小红书|b站|视频号|微博)|同时(?:发|在)|提现到|绑(?:定)?(?:的)?(?:是)?支付宝"
    r"|支付宝(?:账号)?(?:绑|提|到账|收)|(?:往|给|向|到|从)[^,.]{0,6}(?:引流|导流)"
    r"|(?:引流|导流)(?:到|去|至)|迁移|水印|发(?:布|出去)?之?前|预检"
)

_OTHER_BUSINESS = re.compile(
    r"一斤|多少钱一(?:斤|个|瓶|只|头|袋)|(?:猪肉|鸡蛋|白菜|大米|金价|油价|菜价)"
    r"|今(?:晚|天|早)吃(?:啥|什么)|八字|量子|物理|化学|相对论|(?:写|编)(?:段|句)?情话|英超|西甲|中超"
    r"|cba|天气|气温|下雨(?:吗|不)|会不会下雨|几度|预报|空气质量|台风"
    r"|(?:写|编|改|跑)(?:个|一个|一段|一下|段|点)?(?:python|java|c\+\+|代码|程序|脚本代码|爬虫|网页|网站|sql|html|函数|excel公式)"
    r"|(?<![a-z])(?:python|javascript|c\+\+|sql|html|java|leetcode)(?![a-z])|爬虫|写代码|debug"
    r"|bug怎么修|代码|编程|算法题|冒泡排序|快排"
    r"|(?:写|做|出)(?:个|一篇|一首|首|篇|一封|份|一份)?(?:作文|论文|情书|诗|辞职信|检讨书?|简历"
    r"|工作总结|演讲稿|读后感|报告ppt|ppt|毕业设计|小说|请假条)"
    r"|作业|解(?:一下)?(?:这道|个)?(?:方程|数学)|数学题|物理题|\d+\s?[+×*÷]\s?\d+|等于几"
    r"|翻译(?:一下|成|这)|translate|怎么读|单词|英语怎么说|四六级|高考|考公|公务员"
    r"|股票|基金|大盘|a股|比特币|炒币|币圈|彩票|双色球|中奖号码|房价|买房|贷款|信用卡|利率|汇率|借钱"
    r"|借我|借.{0,3}(?:块|万|元)|花呗|网贷|社保|公积金|医保|退休金"
    r"|讲个?(?:笑话|故事|鬼故事|段子)|唱(?:首|个)歌|成语接龙|猜谜|谜语|脑筋急转弯|算命|算(?:一)?卦"
    r"|星座|运势|塔罗|解梦|生肖|风水|起(?:个)?名字?(?:给|叫)"
    r"|给(?:我)?(?:孩子|儿子|女儿|狗|猫).{0,4}(?:起|取)名"
    r"|(?:订|买|抢|改签)(?:张|个|一张)?(?:机票|火车票|高铁票|车票|电影票|演唱会|酒店|票)|高铁|航班"
    r"|火车|机票|外卖|点(?:个|份)餐|打车|叫车|导航|怎么走|路线|快递|违章|驾照|限行|油价|红绿灯"
    r"|感冒|发烧|头疼|肚子疼|牙疼|吃什么药|怀孕(?:了)?(?:能|可以|吃)|失恋|相亲|婚姻|离婚"
    r"|追(?:女生|男生|女孩|妹子)|女朋友(?:生气|不理)|男朋友(?:不|生气)|婆媳|做我(?:女|男)朋友|彩礼"
    r"|我爱你"
    r"|红烧肉怎么做|怎么(?:做|炒|炖|腌|煮)(?:好吃|菜|饭|肉|鱼)|菜谱|食谱|做法是|减肥(?:食谱|餐)|几点了"
    r"|现在几点|星期几|今天几号|什么日子|放假|调休|世界杯|足球比分|nba|欧冠|谁赢|比分|奥运|总统|总理"
    r"|国家主席|打仗|战争|俄乌|台湾|政治|新闻|疫情|核酸|疫苗|(?<!教人)(?<!教你)(?<!教)(?<!讲)修(?:电脑|手机|空调|洗衣机)(?!的|入门|的?课)"
    r"|手机(?:卡|坏|黑屏|哪款|推荐|买)|电脑(?:蓝屏|坏|卡|配置)|苹果\s?\d+|苹果手机|华为手机|wifi"
    r"|路由器|验证码是多少|游戏(?:攻略|账号|怎么过)|王者荣耀|原神|吃鸡怎么"
    r"|画(?:一张|个|幅)|生成(?:一张|个)?图片|p(?:一下)?图"
    r"|推荐(?:个|一部|几部|本|几本|一些)?(?:好看的|好听的|好吃的|好玩的)?(?:电影|电视剧|书|小说|餐厅|景点|手机|电脑|歌)"
    r"|附近(?:有|的)|哪里好玩|旅游攻略|招聘|找工作|面试|跳槽|房租|租房|装修公司"
    r"|种(?:玉米|西瓜|土豆).{0,6}(?:怎么|技术|施肥)"
    r"|(?:玉米|小麦|水稻|猪|鸡|羊|牛)(?:价格|多少钱|怎么养|得病|生病)|what'?s the weather"
    r"|tell me a joke|who is the president|how are you feeling|世界上最|地球|太阳|宇宙|恐龙|光速"
    r"|圆周率|历史上|唐朝|秦始皇"
)
# 种西瓜的视频没人看, 做饭类的补贴: somebody's work may be about anything.
_OUR_WORK = re.compile(
    r"视频|作品|直播|开播|账号|粉丝|涨粉|播放|激励|补贴|提现|收益|审核|违规|限流|带货|商单|短剧|侵权"
    r"|举报|搬运|投诉|封面|标题|文案|快手|流量|热门|课程|号(?:能|可|没|怎么|被)|这类|类目|赛道|领域"
    r"|品类|素材|拍(?!卖|一下)|发(?:布|出去)"
)
