"""What a creator wants to shoot about, in their own words: 想拍点东北冬天的东西, 情侣号今天拍啥."""

import re

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said

_THING = r"(?:东西|内容|短?视频|题材|素材|选题|片子|段子|脚本)"
_SUBJECTS = (
    re.compile(r'"(?P<subject>[^"]{2,20})"'),
    re.compile(rf"拍(?:点儿?|些|一?[条个期组])?(?:关于)?(?P<subject>[^,.!?啥什么的我你]{{2,10}})的{_THING}"),
    re.compile(rf"关于(?P<subject>[^,.!?啥什么的我你]{{2,10}})的?{_THING}"),
    re.compile(
        r"(?P<subject>中秋|国庆|七夕|情人节|开学|春节|过年|元宵|元旦|五一|秋收|春耕|高考|暑假|寒假)(?:节|季)?[^,.!?]{0,4}"
        rf"(?:拍|{_THING})"
    ),
)
# 情侣号 shoots a couple's daily life.
_KIND_OF_ACCOUNT = re.compile(
    r"(?P<subject>[^,.!?\s我你他这那个的]{2,3})号(?=[^,.!?]{0,6}(?:拍|选题|灵感|素材))"
)


def find_subject(said: Said) -> Found | None:
    """Return the subject of what is to be shot, in the creator's own spelling."""
    for pattern in _SUBJECTS:
        if match := pattern.search(said.text):
            start, end = match.span("subject")
            return Found(said.plain[start:end], match.start(), match.end())
    if match := _KIND_OF_ACCOUNT.search(said.text):
        return Found(f"{match['subject']}日常", match.start(), match.end())
    return None
