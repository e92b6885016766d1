"""Who is reported: a link or an account name that a creator typed, checked and brought into one form. Never fetched."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from tools.kernel.errors import Refusal

LONGEST_URL = 500
LONGEST_AUTHOR = 40

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)
# What people paste without https://: a host with a dot, then a path.
_BARE = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?(?:[/?].*)?", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class UrlInvalid(Refusal):
    """The link is none that a report can name."""

    template = "这个链接我认不出来：{reason}。请在 App 里点“分享—复制链接”，再发给我。"


class AuthorInvalid(Refusal):
    """The name is none that an account can have."""

    template = "对方的账号名要在 {longest} 个字以内。请发对方的快手昵称或快手号。"


@dataclass(frozen=True, slots=True)
class Suspect:
    """Whom a report names: a link, an account, or both; the link is what counts when both are there."""

    url: str | None
    author: str | None

    @property
    def key(self) -> str:
        """The same for the same link or name, however it was typed."""
        if self.url is not None:
            return f"url:{canonical_url(self.url)}"
        assert self.author is not None
        return f"author:{self.author.removeprefix('@').casefold()}"

    @property
    def words(self) -> str:
        """The suspect as the creator is shown it."""
        if self.url is None:
            return f"账号“{self.author}”"
        return f"{self.url}（账号“{self.author}”）" if self.author else self.url


def read_suspect(*, url: str | None, author: str | None) -> Suspect | None:
    """Return the suspect, None when neither link nor name is given. Raises UrlInvalid and AuthorInvalid."""
    clean_url = read_url(url) if url and url.strip() else None
    clean_author = read_author(author) if author and author.strip() else None
    return Suspect(clean_url, clean_author) if clean_url or clean_author else None


def read_url(text: str) -> str:
    """Return the link as it will be stored: http or https, a host name, no credentials, at most LONGEST_URL long."""
    url = text.strip()
    if len(url) > LONGEST_URL:
        raise UrlInvalid(reason=f"超过 {LONGEST_URL} 个字符")
    if any(not char.isprintable() or char.isspace() for char in url):
        raise UrlInvalid(reason="里面有空格或看不见的字符")
    if "://" not in url and _BARE.fullmatch(url):
        url = f"https://{url}"
    if len(url) > LONGEST_URL:
        raise UrlInvalid(reason=f"超过 {LONGEST_URL} 个字符")
    _check(_split(url))
    return url


def read_author(text: str) -> str:
    """Return the account name as it will be stored, without invisible characters and outer spaces."""
    plain = unicodedata.normalize("NFC", text)
    name = " ".join("".join(char for char in plain if char.isprintable() or char.isspace()).split())
    if not name.removeprefix("@") or len(name) > LONGEST_AUTHOR:
        raise AuthorInvalid(longest=LONGEST_AUTHOR)
    return name


def canonical_url(url: str) -> str:
    """Return one form for links that differ only in case of the host, default port, fragment or a slash at the end."""
    parts = _split(url)
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(scheme)) else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    # http and https lead to the same video.
    return f"{host.rstrip('.')}{port}{parts.path.rstrip('/')}{query}"


def last_segment(url: str) -> str:
    """Return the last part of the link's path: where links to works carry the work's id."""
    return _split(url).path.rstrip("/").rpartition("/")[2]


def host_of(url: str) -> str:
    """Return the link's host in lower case."""
    return (_split(url).hostname or "").rstrip(".")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise UrlInvalid(reason="格式不对") from None
    return parts


def _check(parts: SplitResult) -> None:
    if parts.scheme.lower() not in _DEFAULT_PORTS:
        raise UrlInvalid(reason="只认 http 或 https 开头的链接")
    if parts.username is not None or parts.password is not None:
        raise UrlInvalid(reason="链接里不能带账号密码")
    host = (parts.hostname or "").rstrip(".")
    try:
        ascii_host = host.encode("idna").decode() if host else ""
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host) or _is_address(ascii_host):
        raise UrlInvalid(reason="没有完整的网址")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
