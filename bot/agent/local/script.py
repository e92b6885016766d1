"""Characters that sound alike when typed or dictated (the traditional forms stand in knowledge/script.py)."""

# One line is one syllable, tones left out, with the neighbours that dialects and input methods mix up (zh/z, sh/s, ch/c,
# in/ing, en/eng). Only characters that occur in, or stand in for, the words of this platform.
_SOUNDS = """
诊真珍针阵镇震枕正证整政症争征蒸
断段端锻短
账帐涨胀丈张章掌长
号好浩豪毫耗
侵亲清青轻情请晴勤庆
权全拳泉劝圈
举具据距剧巨句居局聚拒锯
报抱暴爆宝保饱包
投头透偷
诉素速塑俗数树术书输叔熟束属述
提题体替梯踢
现线限县献先鲜显险
收手首守受售寿
益意易义议异艺依医衣亿移宜疑忆谊译
激机鸡级极急集计记继季及技济寄击迹积基绩吉
励力利厉立例历理里礼丽
播拨波博薄勃
粉份分奋纷愤封风丰疯
丝思司私四似是事时视式市示试世师石史食使实识适室
迁前钱千签浅欠牵潜
客课可科克刻渴
服付副富福复父夫扶负幅府腐
工公功供共宫攻
频品贫平评瓶苹凭拼屏
作做坐座昨左
违为位未微威危围尾委味
规归贵鬼柜桂轨
申深身伸神审甚生声升省胜剩
商上伤尚赏
单担旦但蛋淡当党挡档
星心新信欣兴形型性醒幸辛姓
定订顶丁盯钉
指只知直值职纸止至制治质支织智志置自字资
标表彪
流刘留柳溜
量亮凉粮良辆
任认仁忍人仍
务物误武舞雾屋无
活火货获或伙祸
动东懂冻栋洞冬
奖讲江将降酱
补部步布捕
贴铁帖
领零另令灵铃龄临林邻
约月越阅跃
快块筷
光广逛
合河和何喝盒贺核
优有由又友油游邮
创床窗闯传穿船串
云运晕匀允
带代待袋戴贷
原员远院元园愿源缘圆
搬办半班般板版伴帮榜绑棒
抄超朝潮吵草操
袭系洗习席细喜息吸惜戏
盗到道倒岛刀
仿放房防方访芳犯范翻烦饭反
冒毛帽猫贸
充冲虫崇重从聪
进近尽金今紧经精井净静镜竟敬惊景警
度读毒独杜渡堵
查察差茶叉插擦
余鱼雨于语育遇玉域预与
额饿恶鹅
罚法乏
格个各哥歌隔
看砍坎刊槛
条调挑跳
件见建间简减检健剪键荐
转赚专砖
告高搞稿
完玩晚湾碗网往忘望旺
率绿律旅
画话化花华划滑
曝铺扑普谱
推退腿
持吃迟尺池词次此
入如
驻住注主助祝珠祖组足租
税睡水谁随岁碎
"""


def _sounds() -> dict[int, str]:
    return {ord(character): group[0] for group in _SOUNDS.split() for character in group}


SOUNDS = _sounds()
