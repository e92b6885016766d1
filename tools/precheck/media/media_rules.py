"""The rules of pictures and sound, as data: what is looked for, which clause it rests on, what to change."""

from dataclasses import dataclass

from tools.precheck.text.findings import Severity

# Changes exactly when a verdict on the same file may change: a threshold, a rule, a model.
MEDIA_VERSION = "media-1"


@dataclass(frozen=True, slots=True)
class MediaRule:
    """One rule; `policy` and `clause` are empty where no rule of the platform says so and it is advice of the trade."""

    id: str
    severity: Severity
    policy: str
    clause: str
    why: str
    advice: str


_TRAFFIC = ("traffic-distribution", "3.1")
_DIVERSION = ("private-diversion", "1.1")
_COPYING = ("originality-rules", "1.2")
_NO_CLAUSE = ("", "")

TOO_SHORT = MediaRule(
    "media.too_short", Severity.WARN, *_NO_CLAUSE, "视频太短，看完也记不住", "补到 {least:g} 秒以上再发"
)
TOO_LONG = MediaRule(
    "media.too_long",
    Severity.WARN,
    *_NO_CLAUSE,
    "视频超过 {most:g} 分钟，完播率会很低",
    "剪成几条分集发，每条只讲一件事",
)
LOW_RESOLUTION = MediaRule(
    "media.low_resolution",
    Severity.WARN,
    *_TRAFFIC,
    "画面短边只有 {side} 像素，低画质会被降低推荐",
    "用 720p 以上重新导出（短边至少 720 像素），不要用聊天软件转存过的文件",
)
ODD_ASPECT = MediaRule(
    "media.odd_aspect",
    Severity.WARN,
    *_NO_CLAUSE,
    "画面比例 {ratio:.2f}:1 太扁或太长，手机上只占一小条",
    "裁成 9:16（竖屏）、3:4 或 16:9 再发",
)
BLACK_BORDERS = MediaRule(
    "media.black_borders",
    Severity.WARN,
    *_TRAFFIC,
    "四周黑边占了画面的 {share:.0%}",
    "剪辑时把画面放大铺满，或按实际画面的比例导出",
)
BLURRED = MediaRule(
    "media.blurred",
    Severity.WARN,
    *_TRAFFIC,
    "画面整体发虚，低画质会被降低推荐",
    "用原片重新导出，拍摄时先点屏幕对焦、擦一下镜头",
)
STATIC = MediaRule(
    "media.static_picture",
    Severity.WARN,
    *_TRAFFIC,
    "{share:.0%} 的时间画面不动，静态图片堆砌会被降低推荐",
    "加上实拍画面或口播，静态图只留必要的几秒",
)
FROZEN = MediaRule(
    "media.frozen",
    Severity.WARN,
    *_TRAFFIC,
    "画面从这里起停住 {seconds:.0f} 秒",
    "检查是不是卡帧；把停住的一段剪掉或换成动的画面",
)
BLACK_PICTURE = MediaRule(
    "media.black_picture",
    Severity.WARN,
    *_TRAFFIC,
    "画面几乎全黑，看不到内容",
    "检查导出的文件，换一张有内容的画面",
)
NO_SOUND = MediaRule(
    "media.no_sound", Severity.WARN, *_TRAFFIC, "视频没有声音", "加上口播，或从平台音乐库里配一首"
)
SILENT = MediaRule(
    "media.silent",
    Severity.WARN,
    *_TRAFFIC,
    "音轨有 {share:.0%} 的时间没有声音",
    "检查录音是不是关着；安静的段落配上音乐库里的音乐",
)
SILENCE = MediaRule(
    "media.silence",
    Severity.WARN,
    *_NO_CLAUSE,
    "从这里起静音 {seconds:.0f} 秒",
    "剪掉这一段，或补上环境声、音乐",
)
TOO_QUIET = MediaRule(
    "media.too_quiet",
    Severity.WARN,
    *_NO_CLAUSE,
    "整体音量只有 {lufs:.0f} LUFS，手机外放会听不清",
    "把音量提到 -16 LUFS 左右再导出",
)
TOO_LOUD = MediaRule(
    "media.too_loud",
    Severity.WARN,
    *_NO_CLAUSE,
    "整体音量 {lufs:.0f} LUFS、峰值顶满，会爆音",
    "把音量降到 -16 LUFS 左右，峰值留 1 dB",
)
CONTACT_CODE = MediaRule(
    "media.contact_code",
    Severity.BLOCK,
    *_DIVERSION,
    "画面里的二维码指向站外联系或付款",
    "把二维码裁掉或打码；联系方式改用平台的企业号组件和私信",
)
CODE = MediaRule(
    "media.code",
    Severity.WARN,
    *_DIVERSION,
    "画面里有能扫出来的二维码，用来引到站外会按引流处理",
    "把二维码打码；只是商品包装上的码也建议遮住",
)
WATERMARK = MediaRule(
    "media.watermark",
    Severity.WARN,
    *_COPYING,
    "画面里有“{platform}”的水印，容易被当成搬运",
    "用没有水印的原片重新导出；是自己的作品也换成原片",
)
WATERMARK_ACCOUNT = MediaRule(
    "media.watermark_account",
    Severity.BLOCK,
    *_DIVERSION,
    "画面里有“{platform}”的水印和账号，属于留其他平台账号",
    "用没有水印和账号的原片重新导出",
)
COPY_OF_OTHER = MediaRule(
    "media.copy",
    Severity.BLOCK,
    *_COPYING,
    "画面与 {owner} 受保护的原创“{original}”一致",
    "换成自己拍的画面；有授权的，先在 1V1 提交授权材料",
)
LIKE_OTHER = MediaRule(
    "media.like",
    Severity.WARN,
    *_COPYING,
    "画面与 {owner} 受保护的原创“{original}”很像",
    "核对素材来源；引用他人画面的，注明来源并且合计不超过时长的 30%",
)
OWN_AGAIN = MediaRule(
    "media.own_again",
    Severity.WARN,
    *_TRAFFIC,
    "这段画面和你以前的作品“{original}”重复",
    "换新的画面再发，大量重复的作品会被降低推荐",
)
MEDIA_RULES = (
    TOO_SHORT,
    TOO_LONG,
    LOW_RESOLUTION,
    ODD_ASPECT,
    BLACK_BORDERS,
    BLURRED,
    STATIC,
    FROZEN,
    BLACK_PICTURE,
    NO_SOUND,
    SILENT,
    SILENCE,
    TOO_QUIET,
    TOO_LOUD,
    CONTACT_CODE,
    CODE,
    WATERMARK,
    WATERMARK_ACCOUNT,
    COPY_OF_OTHER,
    LIKE_OTHER,
    OWN_AGAIN,
)
