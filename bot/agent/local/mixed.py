"""English words and dialect in plain Chinese, for what is learnt from mostly plain examples."""

import re

# English and Chinese by turns; phrases are found before the words in them.
_WORDS = """
short drama:短剧 mini drama:短剧 revenue share:分账 live stream:直播 livestream:直播 live streaming:直播 paid course:付费课
follower migration:粉丝迁移 fans migration:粉丝迁移 brand deal:商单 brand deals:商单 brand collab:商单 brand collabs:商单
brand order:商单 brand orders:商单 brand partnership:商单 sponsored post:商单 customer service:人工客服 real person:真人
real human:真人 human agent:人工客服 human support:人工客服 talk to someone:找人工 someone real:真人 support team:人工客服
traffic coupon:流量券 traffic coupons:流量券 supply chain:供货 copyright strike:侵权判定 take down:下架 taken down:下架
incentive program:激励计划 incentive programs:激励计划 creator fund:激励计划 growth advice:涨粉建议 system prompt:系统提示词
how many:多少 how much:多少 how long:多久 how to:怎么 how do i:我怎么 how can i:我怎么 can i:我能不能 do i:我 am i:我 what is:什么是
what's:什么是 which:哪个 why:为什么 when:什么时候 where:在哪 who:谁 what:什么 how:怎么 is it ok to:可不可以 allowed:允许
last week:上周 this week:这周 last month:上个月 this month:这个月 last year:去年 this year:今年 yesterday:昨天 today:今天
tomorrow:明天 next week:下周 last:上 days:天 hours:小时 hour:小时 minutes:分钟
never mind:不用了 nvm:不用了 thank you:谢谢 thanks:谢谢 thx:谢谢 bye:再见 hello:你好 hi:你好 good morning:早上好 good night:晚安
my:我的 mine:我的 me:我 i:我 your:你的 the:_ a:_ an:_ of:的 for:_ to:_ is:_ are:_ was:_ been:_ be:_ please:请 pls:请 plz:请
account:账号 accounts:账号 profile:主页 performance:表现 health:健康 diagnose:诊断 diagnosis:诊断 diagnostic:诊断 review:审核
analysis:分析 analyze:分析 analyse:分析 analytics:数据分析 data:数据 stats:数据 statistics:统计 summary:总结 report:举报 overview:总览
view:播放 views:播放 plays:播放 impressions:曝光 impression:曝光 reach:曝光 traffic:流量 engagement:互动 shadowban:限流
shadowbanned:限流 shadowban了:限流 limited:限流 limit:限流 banned:封号 ban:封号 blocked:封号
video:视频 videos:视频 vlog:视频 vlogs:视频 clip:视频 clips:视频 work:作品 works:作品 content:内容 post:发布 posts:发布 posted:发布
posting:发布 upload:发布 publish:发布 published:发布 latest:最新 newest:最新 recent:最近 first:第一 second:第二 third:第三 previous:上一
retention:留存 curve:曲线 drop:流失 dropped:流失 leave:离开 leaving:离开 watch:观看 replay:回看 rewatch:回看 seconds:秒 sec:秒
metric:指标 metrics:指标 custom:自定义 formula:公式 alert:提醒 notify:提醒 remind:提醒 rename:改名 delete:删除 remove:移除 create:新建
add:新增 set:设置 list:列表 show:看看 check:查一下 see:看 tell:告诉 give:给 send:发 find:找 get:拿 make:做 use:用 using:用
ranking:榜单 rankings:榜单 rank:排名 leaderboard:榜单 top:前 chart:榜单 creators:创作者 creator:创作者
trend:趋势 trends:趋势 trending:热门 hot:热门 topic:话题 topics:话题 hashtag:话题 viral:火 popular:火 music:音乐 song:歌 bgm:bgm
grow:涨粉 growth:涨粉 followers:粉丝 follower:粉丝 fans:粉丝 fan:粉丝 plateau:瓶颈 stage:阶段 milestone:门槛 tips:建议 advice:建议
idea:选题 ideas:选题 inspiration:灵感 script:脚本 hook:钩子 opening:开头 cover:封面 thumbnail:封面 title:标题 titles:标题 caption:文案
template:模板 templates:模板 materials:素材 storyboard:分镜
incentive:激励 incentives:激励 program:计划 programs:计划 programme:计划 plan:计划 subsidy:补贴 bonus:奖励 reward:奖励 rewards:奖励
fund:激励计划 eligible:够资格 eligibility:资格 qualify:够资格 qualified:够资格 requirement:条件 requirements:条件 condition:条件
conditions:条件 criteria:条件 meet:符合 join:参加 apply:申请 application:申请 applied:申请 enroll:报名 enrollment:报名人数 approved:通过
approve:通过 rejected:驳回 pending:审核中 support:扶持 agency:机构
task:任务 tasks:任务 mission:任务 missions:任务 claim:领取 progress:进度 status:状态 update:进度 done:完成 finish:完成 finished:完成
live:直播 host:主播 tier:档位 level:等级 streaming:直播 stream:直播
coupon:流量券 coupons:流量券 voucher:流量券 vouchers:流量券 boost:用券推广 promote:推广 expire:过期 expires:过期 effect:效果 expired:过期
income:收入 earning:收入 earnings:收入 earn:赚 earned:赚了 made:赚了 revenue:收入 money:钱 paid:付费 balance:余额 withdraw:提现
withdrawal:提现 cash out:提现 payout:提现 payouts:提现 payment:打款 transaction:流水 transactions:流水 details:明细 detail:明细
bank:银行 card:银行卡 arrive:到账 received:到账 settle:结算 tax:个税 fee:手续费 commission:佣金 price:价格 contract:合同
star:快手之星 drama:短剧 episode:集 series:剧集 mode:模式
steal:盗 stole:盗 stolen:盗 stealing:盗 copy:搬运 copied:搬运 copying:搬运 repost:搬运 reposted:搬运 reupload:搬运 reuploaded:搬运
plagiarize:抄袭 plagiarized:抄袭 infringement:侵权 copyright:版权 original:原创 protect:保护 protected:保护 case:案件 result:结果
appeal:申诉 appealed:申诉 takedown:下架 evidence:证据 proof:证据 wrongly:误判 misjudged:误判 unfair:误判
migration:迁移 migrate:迁移 migrated:迁移 transfer:迁移 fake:假号 impostor:假号 impersonator:冒充 impersonating:冒充
title check:标题检测 draft:草稿 violate:违规 violation:违规 violations:违规 risk:风险 watermark:水印 sensitive:敏感词 before:之前
brand:品牌 brands:品牌 sponsor:品牌 sponsorship:商单 collab:合作 quote:报价 charge:报价 ad:广告 ads:广告 order:商单 orders:商单
accept:接受 decline:拒绝 submit:提交 dispute:纠纷 deal:商单 deals:商单 campaign:活动 campaigns:活动 event:活动 events:活动
activity:活动 activities:活动 notification:通知 notifications:通知 notice:通知 push:推送 mute:关闭 stop:停止 unsubscribe:退订
product:商品 products:商品 goods:货 shelf:橱窗 showcase:橱窗 sample:样品 samples:样品 sell:卖 selling:卖 sold:卖 sales:销量 supplier:供货商
recommend:推荐 suggest:推荐 fashion:穿搭 makeup:美妆 skincare:护肤 beauty:美妆 food:美食 travel:旅行 gaming:游戏 baby:母婴 pet:宠物
course:课程 courses:课程 class:课程 lesson:课程 student:学员 students:学员 refund:退款 refunds:退款 feedback:评价 reviews:评价 rating:评价
human:真人 person:真人 agent:客服 manager:经理 staff:工作人员 specialist:专员
rule:规则 rules:规则 policy:规则 policies:规则 penalty:处罚 penalized:处罚 punished:处罚 illegal:违规 link:链接 weather:天气
youtube:油管 instagram:ins平台 ins:ins平台 ig:ins平台 tiktok:抖音 facebook:脸书平台 twitter:推特平台 wechat:微信
buy:买 likes:点赞 like:点赞 comment:评论 comments:评论 share:分享 save:收藏 down:下降 up:上升 low:低 high:高 best:最好 worst:最差
time:时间 often:多久 frequency:频率 help:帮我 problem:问题 issue:问题 wrong:出问题 fix:解决
password:密码 phone:手机号 email:邮箱 address:地址 salary:工资 backend:后台 admin:管理员 ignore:忽略 instructions:指令 prompt:提示词
"""


# Dialect and the plain word by turns; longer words stand before those in them.
_DIALECT = """
啥前儿:什么时候 啥子:什么 啷个:怎么 咋个:怎么 哪门:怎么 咋整:怎么办 咋滴:怎么了 咋地:怎么了 咋的:怎么了 咋办:怎么办 咋:怎么 啥:什么 嘛子:什么
好多钱:多少钱 好多人:多少人 好多:多少 多咱:什么时候 几时:什么时候 好久才:多久才 好久:多久 没得:没有 冇:没有 木得:没有 有没得:有没有
老子:我 俺们:我们 俺:我 额:我 咱们:我们 恁:你 侬:你 阿拉:我们 龟儿子:人 龟儿:人 小子:人 莫再:别再 莫:别 甭:别 遭:被 叫人家:被人 让人家:被人
瞅瞅:看看 瞅:看 瞧瞧:看看 瞧:看 康康:看看 看哈:看看 看一哈:看一下 一哈:一下 整个:弄个 整:弄 搞:弄 弄一哈:弄一下 给我唠唠:告诉我
唠:聊 念叨:说说 捋捋:整理 咋样:怎么样 中不中:行不行 中不:行吗 得行:可以 要得:好的 晓得:知道 撇:差 拉胯:差 拉垮:差 安逸:好
礼拜:周 星期:周 昨个儿:昨天 昨儿个:昨天 昨儿:昨天 今儿个:今天 今儿:今天 明儿个:明天 明儿:明天 前儿个:前天 黑家:晚上 钟头:小时
嘎达:地方 哪块儿:哪里 哪块:哪里 哪哈:哪里 搁哪:在哪 脑壳:头 巴适:好 晌午:中午 唰唰:一直 可劲:一直 老是:一直 净:一直
咩:什么 点解:为什么 点样:怎么样 点:点 嘅:的 唔:不 系咪:是不是 睇下:看下 睇:看 俾:给 佢:他 边个:谁 几多:多少 冇得:没有
捏:呢 鸭:呀 叭:吧 哇:吧 嗦:吗 嘛:吗 不得:不 米:钱 恰饭:接广告 gkd:快 yyds:厉害
"""
# What is said while thinking, between pauses.
_FILLER = re.compile(
    r"(?<![^\s,])(?:嗯+|呃+|额+|哎呀?妈?呀?|诶|那个|这个|就是说?|然后呢?|反正|你说|我跟你说|我寻思|我就想问问?|请问|问一下|麻烦)(?=[\s,])"
)


def _dialect() -> dict[str, str]:
    pairs = (entry.split(":") for entry in _DIALECT.split())
    return {said: plain for said, plain in pairs if plain not in ("点", "钱")}


def _pairs() -> dict[str, str]:
    found = re.findall(r"([a-z' ]+):(\S+)", " ".join(_WORDS.split("\n")))
    return {english.strip(): "" if chinese == "_" else chinese for english, chinese in found}


_CHINESE = _pairs()
_ENGLISH = re.compile(
    r"(?<![a-z])(?:"
    + "|".join(sorted((re.escape(word) for word in _CHINESE), key=len, reverse=True))
    + r")(?![a-z])"
)


_PLAIN = _dialect()
_SPOKEN = re.compile("|".join(sorted((re.escape(word) for word in _PLAIN), key=len, reverse=True)))


def in_chinese(text: str) -> str:
    """Return a lower-case text with English words of the platform's business, dialect and fillers in plain Chinese."""
    chinese = _ENGLISH.sub(lambda match: _CHINESE[match[0]], text)
    return _SPOKEN.sub(lambda match: _PLAIN[match[0]], _FILLER.sub("", chinese))
