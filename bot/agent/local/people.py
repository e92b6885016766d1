"""Other people in a message: the account that copied, the author meant, the creator's own words for them."""

import re

from bot.agent.local.found import Found
from bot.agent.local.normalise import Said

# An account's name as it is written; generic words for people are no names.
_AT = re.compile(r"@(?P<name>[^\s,.!?:;\"@()]{1,24})")
_CALLED = re.compile(
    r"(?:(?:账号|号|昵称|名字|用户|作者|博主|主播)?(?:叫做?|名叫|名字是|昵称是|账号是)|(?:账号|用户"
    r"|作者|博主|主播|昵称)(?:是|:))\s?\"?"
    r"(?P<name>[^\s,.!?\"的《》]{2,16}?)\"?(?=的|,|\.|!|\?|\s|\"|$|盗|抄|搬|冒|偷|这个|那个|把|发)"
)
_QUOTED = re.compile(
    r"\"(?P<name>[^\"]{1,24})\"\s?(?:这个|那个|的)?(?:账号|号|人|用户|博主|主播|作者|盗|抄|搬|冒|偷|仿冒|仿|是假|是冒|把我|用我|拿我|净|老|整部|一直|全)"
)
_QUOTED_AFTER = re.compile(
    r"(?:举报|投诉|账号|那个号|这个号|(?:仿冒|高仿|假)号|用户|博主|作者|冒充者?|被"
    r"|是)\s?\"(?P<name>[^\"]{1,24})\"(?!\s?(?:这条|那条|这个视频|那个视频|视频|作品))"
)
_ACCUSED = re.compile(
    r"^(?:就是|我要举报|举报|投诉)?(?:那个|这个)?(?P<name>[^\s,.!?\"《》]{2,12}?)\s?"
    r"(?:那号|这号)?(?:净|老|总|天天|一直|老是)?(?:拿我|是假的|是个假的|是冒充|冒充我|是高仿|高仿我|盗我|盗用我|偷我|搬我|搬运我|抄我|抄袭我|又搬|把我的?视频|用我的?视频)"
)
_REPORTED = re.compile(
    r"(?:举报|投诉)(?:一下)?(?P<name>[^\s,.!?\"《》]{2,12}?)(?:这个|那个)?(?:盗|抄|搬|冒充|侵权|偷)"
)
# Whose followers are to be moved: 把木匠老陈官方的粉丝迁移给我. 仿冒号 or 他 is nobody's name.
_FOLLOWED = re.compile(
    r"把\s?(?P<name>(?:(?!仿冒|冒充|高仿|假号|盗|偷|骗|那个|这个|对方|[他她它我你])[^\s,.!?\"《》@]){2,16}?)\s?"
    r"(?:这个号|那个号)?的?粉丝?[都全]?(?:迁|转|挪|给我|还我)"
)
_NOBODY = re.compile(
    r"^(?:有|被|又|是|都|老|还|就|总)?(?:有?人|有个人|有个号|别人|人家|他们?|她们?|它|对方|谁|某人"
    r"|那个?人?|这个?人?|那个?号|这个?号|一个号|某个号|有个|有些人"
    r"|一个|几个|好多人?|很多人?|账号|小号|大号|营销号|骗子|我.*|你.*|视频|作品|.*视频|.*作品|.*举报"
    r"|(?:个)?(?:真|活)?人(?:过?来|工)?|.*怎么.*|帮我.*|.*把|怎么|如何|为什么|一下|那家伙|这家伙|同行)$"
)


def find_author(said: Said) -> Found | None:
    """Return the name of the other account that a message names."""
    for pattern in (_AT, _QUOTED, _QUOTED_AFTER, _CALLED, _ACCUSED, _REPORTED, _FOLLOWED):
        for match in pattern.finditer(said.text):
            start, end = match.span("name")
            name = said.plain[start:end].strip()
            if name and not _NOBODY.match(said.text[start:end].strip()):
                return Found(name, match.start(), match.end())
    return None


def names_account(said: Said) -> bool:
    """Whether the message names some account by @, by quotation marks or by what it is called."""
    return any(pattern.search(said.text) for pattern in (_AT, _QUOTED, _CALLED))
