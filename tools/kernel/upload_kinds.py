"""What a file is, by its first bytes: what its sender or its name claims decides nothing that matters."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

# The signatures below lie within so many bytes.
HEAD_BYTES = 400

_UNKNOWN = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,70}")

# Brands of the ISO base media format (the word after `ftyp`) that hold a picture; others hold a film or a sound.
_PICTURE_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
}
_SOUND_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4"}
_PREFIXES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"FLV\x01": "video/x-flv",
    b"\x00\x00\x01\xba": "video/mpeg",
    b"0&\xb2u\x8ef\xcf\x11": "video/x-ms-wmv",
}
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_TRANSPORT_PACKET = 188
_SYNC = 0x47


class UploadKind(StrEnum):
    """What people can send: a picture, a film, or anything else."""

    IMAGE = "image"
    VIDEO = "video"
    FILE = "file"

    @property
    def words(self) -> str:
        """What a creator calls it."""
        match self:
            case UploadKind.IMAGE:
                return "图片"
            case UploadKind.VIDEO:
                return "视频"
            case UploadKind.FILE:
                return "文件"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's kind and media type; the type of a plain file may be its sender's word."""

    kind: UploadKind
    media_type: str


def recognise(head: bytes, *, claimed: str = "") -> Recognised:
    """Return what the file is by its first HEAD_BYTES; a claimed picture or film that is none is a plain file."""
    media_type = _by_signature(head)
    if media_type is None:
        claimed = claimed.lower().partition(";")[0].strip()
        harmless = _MEDIA_TYPE.fullmatch(claimed) and not claimed.startswith(("image/", "video/"))
        return Recognised(UploadKind.FILE, claimed if harmless else _UNKNOWN)
    match media_type.partition("/")[0]:
        case "image":
            return Recognised(UploadKind.IMAGE, media_type)
        case "video":
            return Recognised(UploadKind.VIDEO, media_type)
        case _:
            return Recognised(UploadKind.FILE, media_type)


def _by_signature(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    # QuickTime films older than `ftyp` begin with one of these.
    if head[4:8] in {b"moov", b"mdat", b"wide"}:
        return "video/quicktime"
    packets = head[: 2 * _TRANSPORT_PACKET + 1 : _TRANSPORT_PACKET]
    if len(packets) == 3 and set(packets) == {_SYNC}:  # noqa: PLR2004 - three sync bytes in a row are no chance
        return "video/mp2t"
    return next((found for prefix, found in _PREFIXES.items() if head.startswith(prefix)), None)


def _of_brand(brand: bytes) -> str:
    if brand in _PICTURE_BRANDS:
        return _PICTURE_BRANDS[brand]
    if brand in _SOUND_BRANDS:
        return _SOUND_BRANDS[brand]
    if brand == b"qt  ":
        return "video/quicktime"
    return "video/3gpp" if brand.startswith(b"3g") else "video/mp4"
