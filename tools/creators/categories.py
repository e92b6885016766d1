"""What creators call a category, where the platform files it under another name."""

_FILED_UNDER = {
    "教育": "知识",
    "科普": "知识",
    "健身": "运动",
    "体育": "运动",
    "音乐": "才艺",
    "舞蹈": "才艺",
    "萌宠": "宠物",
    "亲子": "母婴",
    "农资": "三农",
    "情感": "生活",
    "穿搭": "美妆",
}


def filed_under(category: str) -> str | None:
    """Return the platform's own name of a category that creators call differently."""
    return _FILED_UNDER.get(category)
