"""How much one account passes itself off as another: name, picture and works, each explained in words. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# What an impostor adds to a name to look like another door of the same house.
_AFFIXES = (
    "官方账号", "官方号", "官方", "正版", "原版", "正品", "唯一", "本人", "真人", "原创",
    "小号", "大号", "新号", "备用号", "备用", "分号", "二号", "工作室", "同名",
    "official", "real", "vip",
)  # fmt: skip
# Signs that the eye takes for one another: each group reads as its first. Traditional forms stand with the simplified.
_LOOK_ALIKE = (
    "0oοо〇○", "1lι|", "2z", "5s", "aаα", "eе", "cс", "pр", "xх", "iі", "bв", "hн", "kк", "mм", "tт", "yу", "uυ", "nп",
    "陈陳", "张張", "刘劉", "杨楊", "黄黃", "赵趙", "吴吳", "孙孫", "马馬", "罗羅", "郑鄭", "谢謝", "韩韓", "冯馮",
    "萧蕭", "邓鄧", "许許", "苏蘇", "卢盧", "蒋蔣", "贾賈", "闫閆", "叶葉", "钟鐘鍾", "陆陸", "龙龍", "顾顧", "贺賀",
    "师師", "爱愛", "乐樂", "东東", "国國", "华華", "长長", "门門", "书書", "画畫", "车車", "鱼魚", "鸟鳥", "凤鳳",
    "号號", "气氣", "电電", "风風", "云雲", "来來", "时時", "厨廚", "饭飯", "饺餃", "汤湯", "铁鐵", "钢鋼", "银銀",
    "丽麗", "宝寶", "贝貝", "儿兒", "娱娛", "乡鄉", "農农", "战戰", "军軍", "术術", "学學", "汉漢", "记記", "语語",
    "说說", "话話", "谈談", "网網", "红紅", "绿綠", "蓝藍", "兰蘭", "头頭", "见見", "视視", "频頻", "艺藝", "戏戲",
    "游遊", "里裡裏", "后後", "台臺", "万萬", "个個", "岁歲", "园園", "场場", "边邊", "阳陽", "阴陰", "岛島", "开開",
    "官宫宮", "日曰", "人入", "土士", "未末", "己已巳", "大太犬", "千干于", "木朩", "匠匞", "王玉", "天夭", "田由甲申",
    "目且", "力刀刁", "鸣呜", "辰晨", "佳住", "候侯", "免兔", "拔拨", "戊戌戍", "折拆", "治冶", "今令", "午牛", "斤斥",
    "小⼩", "老⽼", "口囗", "一⼀丨",
)  # fmt: skip
_FOLDED: Final = {ord(char): group[0] for group in _LOOK_ALIKE for char in group[1:]}
_SIGNS = re.compile(r"[\W_]+")
_BITS = 64
# Two pictures of which neither was made from the other differ in about 32 bits; a cropped or re-coloured copy in few.
_SAME_BITS = 6
_DIFFERENT_BITS = 22
_HALF = 0.5
# How far each likeness alone goes. A name alone is no proof (impersonation 2.2), and neither is a picture.
_NAME, _PICTURE, _WORKS = 0.5, 0.45, 0.65
PASSES_PERCENT = 60
_LEAST_PERCENT = 50

_HASH = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Face:
    """What an account shows everybody: its name, and the hash of its picture where one is known."""

    name: str
    avatar_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two accounts are in percent, and each part; None where a part is not known."""

    percent: int
    name_percent: int
    differing_bits: int | None
    infringing_works: int
    works: int

    @property
    def passes(self) -> bool:
        """Whether this is enough to speak of an impostor."""
        return self.percent >= PASSES_PERCENT

    @property
    def words(self) -> tuple[str, ...]:
        """What the figure is made of, a line each."""
        lines = [_name_words(self.name_percent)]
        if self.differing_bits is not None:
            lines.append(_picture_words(self.differing_bits))
        lines.append(f"对方 {self.works} 个作品里有 {self.infringing_works} 个被判定侵权")
        return tuple(lines)


def likeness(original: Face, suspect: Face, *, infringing_works: int, works: int) -> Likeness:
    """Return how much the suspect passes itself off as the original.

    The parts are taken as independent: what remains of the doubt is what each of them leaves, multiplied.
    """
    name = name_likeness(original.name, suspect.name)
    bits = differing_bits(original.avatar_hash, suspect.avatar_hash)
    share = min(1.0, infringing_works / max(works, infringing_works, 1) / _HALF)
    doubt = (1 - _NAME * name) * (1 - _PICTURE * _picture(bits)) * (1 - _WORKS * share)
    return Likeness(
        percent=round(100 * (1 - doubt)),
        name_percent=round(100 * name),
        differing_bits=bits,
        infringing_works=infringing_works,
        works=max(works, infringing_works),
    )


def fold_name(name: str) -> str:
    """Return the name as the eye reads it: one width and case, no signs, look-alikes as one, without “官方” and the like."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    folded = _without_affixes(_SIGNS.sub("", plain))
    return folded.translate(_FOLDED)


def name_likeness(one: str, other: str) -> float:
    """Return 1 for names that read the same, less the more signs have to change; 0 where that is more than half."""
    left, right = fold_name(one), fold_name(other)
    if not left or not right:
        return float(one.strip() == other.strip() and bool(one.strip()))
    alike = 1 - _changes(left, right) / max(len(left), len(right))
    return alike if alike > _HALF else 0.0


def differing_bits(one: str | None, other: str | None) -> int | None:
    """Return the Hamming distance of two picture hashes, None where one is not known."""
    if one is None or other is None:
        return None
    return (int(one, 16) ^ int(other, 16)).bit_count()


def is_hash(text: str) -> bool:
    """Whether the text is sixteen hexadecimal digits."""
    return bool(_HASH.fullmatch(text))


def _without_affixes(name: str) -> str:
    """Return the name without what was put before or behind it; a name that is nothing else stays."""
    while True:
        shorter = name
        for affix in _AFFIXES:
            shorter = shorter.removeprefix(affix) or shorter
            shorter = shorter.removesuffix(affix) or shorter
        if shorter == name:
            return name
        name = shorter


def _changes(left: str, right: str) -> int:
    """Return the edit distance: how many signs are put in, taken out or changed."""
    row = list(range(len(right) + 1))
    for place, sign in enumerate(left, start=1):
        above, row[0] = row[0], place
        for column, other in enumerate(right, start=1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (sign != other)),
            )
    return row[-1]


def _picture(bits: int | None) -> float:
    if bits is None or bits >= _DIFFERENT_BITS:
        return 0.0
    return min(1.0, (_DIFFERENT_BITS - bits) / (_DIFFERENT_BITS - _SAME_BITS))


def _name_words(percent: int) -> str:
    if percent == 100:  # noqa: PLR2004 - a whole
        return "昵称去掉形近字、符号和前后缀后和你的一样"
    return f"昵称和你的有 {percent}% 相同" if percent >= _LEAST_PERCENT else "昵称和你的不像"


def _picture_words(bits: int) -> str:
    if bits <= _SAME_BITS:
        return "头像和你的几乎一样"
    return "头像和你的相近" if bits < _DIFFERENT_BITS else "头像和你的不同"
