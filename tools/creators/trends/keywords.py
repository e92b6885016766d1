"""The topics of a work: what its author tagged, and words that the platform follows. Pure text, no database."""

import re
import unicodedata

LONGEST_TOPIC = 30
_TAG = re.compile(r"#\s*([^#\s,，。!！?？、;；:：()（）【】\[\]《》\"“”]{2,30})")

# Written for this project: what titles of each category are about. A longer word is found before a shorter one.
_WORDS = {
    "美食": "锅包肉 地三鲜 红烧肉 手擀面 酸菜鱼 葱油饼 炸茄盒 羊肉汤 糖醋排骨 凉皮 冷面 烤冷面 豆腐脑 饺子 包子 火锅"
    " 麻辣烫 烧烤 酱骨架 铁锅炖 炖鱼 大拉皮 干豆腐 盒饭 早市 夜市 探店 空气炸锅 月饼 凉菜 小龙虾 早餐 减脂餐",
    "三农": "玉米 西瓜 土豆 散养鸡 辣椒 苹果树 红薯 大棚 黄瓜 稻田 黄豆 收成 赶大集 秋收 种地 养猪 养鸡 果园 农机 采摘",
    "生活": "搬新家 逛早市 收拾屋子 下班后 回娘家 周末 出租屋 老家 带娃 装修 收纳 断舍离 通勤 露营 开学",
    "美妆": "底妆 眼线 口红 修容 通勤妆 卸妆 眉毛 防晒 遮瑕 眼影 早八妆 护肤 单眼皮 内双 开学妆 军训",
    "短剧": "重逢 婆婆 真相 归来 误会 逆袭 替身 闪婚",
    "才艺": "翻唱 广场舞 吉他 二胡 唢呐 街舞 戏曲 口琴 弹唱",
    "游戏": "残局 上分 阵容 五杀 翻盘 双排 新赛季",
    "母婴": "辅食 哄睡 断奶 绘本 入园 早教 换牙 夜醒",
    "知识": "劳动合同 二手车 社保 电路 唐朝 租房合同 轮胎 公积金 医保 避坑",
    "搞笑": "相亲 减肥 考驾照 同学聚会 名场面",
    "运动": "深蹲 五公里 引体向上 三步上篮 拉伸 骑行 平板支撑 夜跑",
    "手工": "榫卯 竹编 毛线 剪纸 皮具 陶碗 旧物改造 木工",
    "宠物": "橘猫 拆家 遛弯 猫打架 金毛 捡来的狗 养猫",
}
KEYWORDS = frozenset(word for words in _WORDS.values() for word in words.split())
_KEYWORD = re.compile("|".join(sorted(map(re.escape, KEYWORDS), key=lambda word: (-len(word), word))))


def topics(title: str) -> frozenset[str]:
    """Return the tags of a title, without the mark, and the words followed that stand in the rest of it."""
    plain = unicodedata.normalize("NFKC", title)
    tags = {tag.casefold()[:LONGEST_TOPIC] for tag in _TAG.findall(plain)}
    return frozenset(tags | set(_KEYWORD.findall(_TAG.sub(" ", plain))))
