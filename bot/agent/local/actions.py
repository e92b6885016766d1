"""What is to be done, in the common values of the argument `action`."""

import re
from collections.abc import Collection

from bot.agent.local.found import Found

# The first value whose words are said, among those that the tool takes, is meant. Changes stand before questions about
# them, particular questions before general ones.
_ACTIONS: tuple[tuple[str, str], ...] = (
    (
        "mute",
        (
            r"别(?:再)?(?:给我)?(?:推|发|通知|提醒)|不要(?:再)?(?:给我)?(?:推|发|通知)"
            r"|关(?:掉|闭)?.{0,6}(?:通知|提醒|推送)|屏蔽|免打扰|退订"
        ),
    ),
    (
        "cancel",
        r"取消|撤销|撤回|撤掉|撤了|提现[^,.!?]{0,6}(?:不要了|不想要|不提了|作废|退回)|不提现了|cancel (?:my|the|that|this)",
    ),
    ("delete", r"删掉|删除|删了|移除"),
    # How far one has come, said with words that elsewhere ask for the conditions or for an application.
    (
        "status",
        (
            r"申请编号|(?<![a-z0-9])ks-?\d{4}|签约(?:流量|客服|权益)|下一档|哪一?档|还差(?:几|多少)个?(?:小时|分钟|档)"
            r"|保底[^,.!?]{0,8}还差|一(?:毛|分)(?:钱)?[^,.!?]{0,8}没|领的任务|到期|驳回|被拒"
        ),
    ),
    ("list", r"明细|流水|每一?笔|账单|逐笔|一笔一笔"),
    ("ledger", r"明细|流水|每一?笔|账单|对账"),
    (
        "payouts",
        r"提现记录|提现.{0,4}(?:到哪|进度|到账了|没到|到了没|成功|失败|状态)|(?:提|打款).{0,6}(?:没到|到账了吗|没收到)",
    ),
    (
        "balance",
        (
            r"余额|(?:提|取)不(?:出|了|到)|还能提|可提现?|能提多少|能提现多少|可以提多少|能取多少|能提出来|剩多少钱?"
            r"|提现[^,.!?]{0,10}(?:没到|多久到|什么时候到|啥时候到|到账了?[没吗]|到哪)|提的(?:钱|款)[^,.!?]{0,8}到|还有多少(?:钱|没提|可提)|没提(?:现)?的?|待提现|卡里"
        ),
    ),
    (
        "eligibility",
        (
            r"够得?上|够不够|够格|够条件|够资格|有(?:没有)?资格|资格|符合(?:条件|要求|不)?|达标"
            r"|达到(?:条件|要求)|差多少|还差|差在哪|为什么(?:没|不)(?:给我|让我|能|通过|符合)"
            r"|能不能(?:报|申|参|加|进|领|拿|签)"
            r"|能(?:报名?|申请|参加|加入|进|拿|领|签)[^,.!?哪啥什]{0,10}(?:吗|不|么|嘛)"
            r"|可以(?:报|申请|参加|加入)[^,.!?]{0,8}吗|满足|报名(?:条件|要求)|有(?:没有)?底薪|(?:之星|优创|计划)我能(?:进|报|拿|参加)哪一?个$|合不合格|qualif|eligib"
            r"|(?:我|哪个)[^,.!?]{0,6}(?:行不行|够吗)"
        ),
    ),
    (
        "status",
        (
            r"进度|到哪(?:一?步|了|儿)?|审(?:核)?(?:到|得|过|完|批)|怎么样了|咋样了|什么情况"
            r"|处理(?:得|的|完|到|好|了|结果)|结果|有(?:没有)?(?:回复|消息|说法|结果)|状态|卡在"
            r"|多久(?:能)?(?:出|有|审)|批(?:了|下来)|通过了?(?:没|吗)|出来了?(?:没|吗)|没收到|完成(?:了)?多少"
            r"|做到哪|status|progress|给个说法|受理"
        ),
    ),
    (
        "withdraw",
        (
            r"提现(?!规|门|要|需|有|最|多|失败|记录|怎么|到账|一般|手续)|提(?:出来|到卡|钱|款)|取(?:出来|钱)"
            r"|提(?:现)?\d|cash out|withdraw"
        ),
    ),
    (
        "claim",
        r"领取|领(?:一下|了(?!没|吗)|个|掉|上)|全领|帮我领|任务[^,.!?]{0,4}(?:全|都)要|领(?!的)[^,.!?]{0,12}任务|接(?:一下|个|了)[^,.!?]{0,12}任务",
    ),
    (
        "apply",
        r"申请|报名(?!条件|要求|资格|门槛|时间)|报上|加入|参加|入驻|签约|开通|apply|sign up|join|把粉(?:丝)?(?:给|迁|还|转)|迁(?:过来|移过来|给我)",
    ),
    ("accept", r"接(?:了|下|这|那|单)|接受"),
    ("reject", r"拒(?:绝|掉|了)|不接"),
    ("effect", r"效果|带来(?:了)?(?:多少|几)|涨了多少|多了(?:多少|几)|投放(?:数据|结果)"),
    (
        "use",
        (
            r"使用|用(?:掉|一?张|这张|了(?=吧|它)|在(?!哪)|(?:流量)?券)|投(?:一|张|给|上|放|到|(?:流量)?券(?!了))|就用"
            r"|加点流量|推(?:广)?一下"
        ),
    ),
    ("evidence", r"(?:什么|哪些|哪种|要|需要|补|传|提交).{0,8}(?:证据|材料|凭证|原片|证明|格式)|怎么证明"),
    ("result", r"结果|成功的|迁了多少|看不到在哪"),
    ("create", r"新建|创建|加个|加一个|添加|增加|设(?:一)?个|开(?:一?个|通|一门)|上架|建(?:一?个)"),
    ("sales", r"卖(?:了|出|得)|销量|销售|报名(?:人数|了多少)|enrol"),
    ("compare", r"对比|比较|比一比|哪个(?:好|划算|更)|区别"),
    ("match", r"匹配|推荐|带(?:啥|什么)|适合(?:我)?(?:带|卖)|选品"),
    ("income", r"赚(?:了|到)?|挣(?:了|到)?|收益|收入|进账|到手|earn|income|revenue"),
    ("summary", r"赚(?:了|到)?|挣(?:了|到)?|收益|收入|进账|到手|earn|income|revenue|汇总|总共|一共"),
    ("earnings", r"赚(?:了|到)?|挣(?:了|到)?|收益|收入|进账|到手|earn|income|revenue"),
    ("show", r"有哪些|看(?:看|下|一下)"),
    (
        "list",
        (
            r"有(?:些)?(?:哪些|什么|啥)|哪些|哪个|哪几|都有|列(?:一下|出|个)|看看?(?:有)?|有没有|还有没|捋"
            r"|清单|名单|几个|what|list|求|推荐|所有|全部|介绍"
        ),
    ),
)
_RULES = tuple((value, re.compile(pattern)) for value, pattern in _ACTIONS)


def find_action(text: str, *, allowed: Collection[str] | None) -> Found | None:
    """Return the action that is meant, among the values that a tool takes (any, when None)."""
    for value, pattern in _RULES:
        if (allowed is None or value in allowed) and (match := pattern.search(text)):
            return Found(value, match.start(), match.end())
    return None
