"""Take out of a question what tells who asked: the policy team reads the matter, never the person."""

import re
import unicodedata

_MARK = "［已隐去］"
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail address
    r"|https?://\S+|www\.\S+"
    r"|@[\w.-]{2,}"  # handle
    r"|《[^》]{1,80}》"  # a work's title may name people
    r"|(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"  # identity card
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"  # mobile phone
    r"|(?<!\d)(?:\d[- ]?){12,19}(?!\d)"  # bank card
    r"|(?<!\d)\d{7,}(?!\d)"  # any other long number: QQ, order, case
    r"|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_-]*[0-9_])[A-Za-z][A-Za-z0-9_-]{5,}"  # WeChat id, account name
    r"|(?:我叫|我是|我的名字是|联系人[是:：]?|姓名[是:：]?)\s*[\u4e00-\u9fff]{2,4}(?=[，。,.、\s]|$)"
)
_SPACE = re.compile(r"\s+")
_LONGEST = 200


def masked(text: str) -> str:
    """Return the question on one line of at most 200 characters, with everything personal replaced."""
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", text).replace("\x00", "")).strip()
    return _PERSONAL.sub(_MARK, plain)[:_LONGEST]
