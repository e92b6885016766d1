"""Why a file cannot be checked, as its creator reads it."""

from tools.kernel.errors import Refusal
from tools.kernel.media.limits import Fault
from tools.precheck.verdict import Part


class DraftUnreadable(Refusal):
    """A file of the draft gives nothing to judge."""

    template = "{part}没法检测：{reason}"


_VIDEO = {
    Fault.MISSING: "找不到这个文件，请重新发一次。",
    Fault.EMPTY: "文件是空的（0 字节），请重新导出再发。",
    Fault.TOO_LARGE: "文件超过 1 GB，请压缩到 1 GB 以内再发。",
    Fault.NOT_A_VIDEO: "文件打不开，不是常见的视频格式，或者没有传完整。请导出成 MP4 再发。",
    Fault.NO_PICTURE: "文件里只有声音没有画面，请发带画面的视频。",
    Fault.TOO_LONG: "视频超过 60 分钟，请剪成 60 分钟以内再发。",
    Fault.TOO_MANY_PIXELS: "画面尺寸太大（超过 8192×4320），请导出成 1080p 再发。",
    Fault.TOO_MANY_FRAMES: "画面帧数太多，请导出成 30 帧每秒、60 分钟以内再发。",
    Fault.DAMAGED: "文件损坏，一帧画面都解不出来，请重新导出再发。",
    Fault.TOO_SLOW: "解码超过 3 分钟还没完成，请导出成 1080p 的 MP4 再发。",
    Fault.CRASHED: "文件内容异常，解码中断了，请重新导出成 MP4 再发。",
}
_PICTURE = {
    Fault.NOT_A_VIDEO: "文件打不开，不是 JPG、PNG、WEBP、GIF 或 BMP 图片。请转成 JPG 再发。",
    Fault.TOO_MANY_PIXELS: "图片尺寸太大（超过 8192×4320 的像素数），请缩小到 4000 像素以内再发。",
    Fault.DAMAGED: "图片损坏或没有传完整，请重新导出成 JPG 再发。",
    Fault.TOO_SLOW: "图片太复杂，3 分钟没有解出来，请转成 JPG 再发。",
    Fault.CRASHED: "图片内容异常，读取中断了，请转成 JPG 再发。",
}


def unreadable(fault: Fault, part: Part) -> DraftUnreadable:
    """Return the refusal that says what is wrong with the part's file and what to do."""
    reason = _VIDEO[fault]
    if part is Part.COVER:
        reason = _PICTURE.get(fault, reason)
    return DraftUnreadable(part=part.words, reason=reason)
