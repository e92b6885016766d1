"""What a creator worries about before publishing: the clauses that answer it, and what the check can tell of it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Concern(StrEnum):
    """A worry that a creator names."""

    MUSIC = "music"
    ADVERTISING = "advertising"
    CONTACT = "contact"
    COPYING = "copying"
    MEDICAL = "medical"
    MINORS = "minors"
    DANGER = "danger"
    AI = "ai"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Known:
    """`words` say what the clauses come down to, `told` what a check of the draft adds, `clauses` are cited."""

    words: str
    told: str
    clauses: tuple[tuple[str, str], ...]


CONCERNS: dict[Concern, Known] = {
    Concern.MUSIC: Known(
        "音乐：平台音乐库里能搜到的歌可以用；自己上传的原唱、翻录要先取得授权；商单和带货只能用标“可商用”的歌，"
        "和歌手是谁无关。",
        "我听不出是哪一首歌，请在音乐库里搜一下歌名；把视频发来，我能检测声音大小、画面和文字。",
        (("music-copyright", "1.1"), ("music-copyright", "1.4"), ("music-copyright", "2.1")),
    ),
    Concern.ADVERTISING: Known(
        "广告用语：极限词、绝对化承诺和虚假宣传都不能写。",
        "把标题或文案发来，我逐词检测，并给出能用的写法。",
        (("advertising-wording", "1.1"), ("advertising-wording", "1.2")),
    ),
    Concern.CONTACT: Known(
        "引流：作品里留微信号、手机号、二维码、其他平台账号都算站外引流，谐音和拆字一样算。",
        "把文案、封面或视频发来，文字、二维码和水印我都会检测。",
        (("private-diversion", "1.1"), ("private-diversion", "1.2")),
    ),
    Concern.COPYING: Known(
        "搬运：未经许可用他人作品，去水印、镜像、变速之后仍然是搬运；引用要注明来源，合计不超过时长的 30%。",
        "把视频发来，我和受保护的原创比对，像的话标出第几秒。",
        (("originality-rules", "1.2"), ("originality-rules", "1.3")),
    ),
    Concern.MEDICAL: Known(
        "医疗健康：不能宣传治疗功效，也不能用患者或专家作证明。",
        "把标题或文案发来，我检测功效和承诺的说法。",
        (("medical-claims", "1.1"), ("medical-claims", "1.2")),
    ),
    Concern.MINORS: Known(
        "未成年人：要监护人陪同和同意，不能利用孩子牟利炒作，也不能露出能认出身份的信息。",
        "画面里有没有孩子我判断不了，文字我可以检测。",
        (("minors-protection", "1.1"), ("minors-protection", "1.2"), ("minors-protection", "1.3")),
    ),
    Concern.DANGER: Known(
        "危险动作：没有防护的高危行为不能发；专业场地的要标“专业人员操作，请勿模仿”。",
        "画面里的动作我判断不了，文字我可以检测。",
        (("dangerous-acts", "1.1"), ("dangerous-acts", "1.3")),
    ),
    Concern.AI: Known(
        "AI 内容：用 AI 生成或合成的人像、声音、场景要标注。",
        "是不是 AI 生成我判断不了，请按规则自己标注。",
        (("ai-content-labelling", "1.1"), ("ai-content-labelling", "1.2")),
    ),
    Concern.QUALITY: Known(
        "画质和推荐：原创、清晰、信息完整的作品更容易被推荐，低画质、静态图片堆砌和大量重复会被降低推荐。",
        "把视频或封面发来，我检测清晰度、黑边、静止画面和声音。",
        (("traffic-distribution", "3.1"),),
    ),
}
