"""What goods are filed under, what accounts of which content may sell of it, and which need a licence first."""

from typing import Final

CATEGORIES: Final = (
    "食品",
    "农资",
    "家居",
    "母婴",
    "美妆",
    "服饰",
    "数码",
    "宠物",
    "运动",
    "图书",
    "汽车用品",
    "珠宝",
)

# What creators call a category of goods, content categories included.
_FILED_UNDER: Final = {
    "美食": "食品",
    "零食": "食品",
    "三农": "农资",
    "家纺": "家居",
    "亲子": "母婴",
    "童装": "母婴",
    "护肤": "美妆",
    "穿搭": "服饰",
    "颜值": "服饰",
    "科技": "数码",
    "钓鱼": "运动",
    "健身": "运动",
    "旅行": "运动",
    "教育": "图书",
    "知识": "图书",
    "汽车": "汽车用品",
    "手工": "家居",
    "生活": "家居",
}
# shop-rules 1.2: what must be filed before such goods are sold.
LICENCES: Final = {
    "食品": "食品经营许可证",
    "美妆": "化妆品备案凭证",
    "珠宝": "珠宝检测证书",
    "图书": "出版物经营许可证",
}


def filed_under(category: str) -> str | None:
    """Return the category of goods that a creator's word means, None when it means none."""
    word = category.strip()
    return word if word in CATEGORIES else _FILED_UNDER.get(word)
