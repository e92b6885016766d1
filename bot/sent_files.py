"""What the assistant makes of files that people send: what a file without words means, and what is said of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.messages import Inbound, Outbound, outbound_from
from tools.kernel import uploads
from tools.kernel.agent_tool import Button
from tools.kernel.db import Json
from tools.kernel.upload_kinds import UploadKind
from tools.kernel.uploads import Upload
from tools.support.service import ConversationState, StoredMessage

# One message carries at most so many files, as an album of Telegram does.
MOST_FILES = 10

# What one creator may send in 24 hours: nobody fills the disk for all.
DAILY_BYTES = 5_000_000_000

LINK_FIRST = (
    "要先绑定创作者账号，我才能收你的图片、视频和文件，这次发的没有保存。"
    "请在创作者 App 的“设置 → 绑定聊天助手”里获取 8 位绑定码，发送 /link 绑定码，绑定后再发一次。"
)

# A file that comes so long after an answer is no answer to it any more.
_PENDING = timedelta(minutes=30)
_TO_CHECK = "发布前帮我检查一下我刚发的内容能不能发"
_TO_REPORT = "举报有人搬运我的{work}，对方的视频就是这个文件"
_ANY_WORK = "作品"

_CHECK = Button("发布前检查", _TO_CHECK)
_REPORT = Button("举报有人搬运", _TO_REPORT.format(work=_ANY_WORK))
_PERSON = Button("转人工", "转人工")

_KILO = 1000


def meant(answered: StoredMessage | None, *, now: datetime) -> str | None:
    """Return what files without words say after the last answer: on with what it was about, or nothing.

    A tool that takes files and was not finished, neither by a confirm button nor with a case, goes on with them.
    """
    if answered is None or now - answered.at > _PENDING:
        return None
    outbound = outbound_from(answered.body)
    if not outbound.calls or outbound.confirm is not None or outbound.case is not None:
        return None
    last = outbound.calls[-1]
    match last.tool:
        case "pre_publish_check":
            return _TO_CHECK
        case "infringement_report":
            return _TO_REPORT.format(work=_work(last.args))
        case _:
            return None


def noted(files: Sequence[Upload]) -> Outbound:
    """Return that the files are here, and ask what for."""
    one = files[0]
    what = f"{one.kind.words}“{one.name}”（{size(one.size_bytes)}）" if len(files) == 1 else _counted(files)
    if all(file.kind is UploadKind.FILE for file in files):
        return Outbound(
            text=f"收到{what}。这种文件我还看不了内容，只看得懂图片和视频；需要人来看的话可以转人工，文件会一并转交。",
            buttons=(_PERSON,),
        )
    return Outbound(text=f"收到{what}。要我用它做什么？", buttons=(_CHECK, _REPORT, _PERSON))


def over_daily_limit() -> str:
    """Return that the creator has sent enough for a day."""
    return f"你 24 小时内发的文件已经满 {size(DAILY_BYTES)} 了，这次的没有收。明天再发，着急的话可以转人工。"


def size(size_bytes: int) -> str:
    """Return a file's size as people read it."""
    amount = float(size_bytes)
    for unit in ("B", "KB", "MB"):
        if amount < _KILO:
            return f"{f'{amount:.1f}'.removesuffix('.0')} {unit}"
        amount /= _KILO
    return f"{f'{amount:.1f}'.removesuffix('.0')} GB"


def _work(args: Json) -> str:
    """Return the work that the report was about, in words that mean it again."""
    match str(args.get("work_ref") or "").partition(":"):
        case ("title", _, title) if title:
            return f"《{title}》"
        case ("latest", _, _):
            return "最新作品"
        case ("top_views", _, _):
            return "播放最高的作品"
        case _:
            return _ANY_WORK


def _counted(files: Sequence[Upload]) -> str:
    counts = {kind: sum(file.kind is kind for file in files) for kind in UploadKind}
    listed = "、".join(f"{count} 个{kind.words}" for kind, count in counts.items() if count)
    return f" {listed}（共 {size(sum(file.size_bytes for file in files))}）"


def attached(session: Session, conversation: ConversationState, inbound: Inbound) -> tuple[Upload, ...]:
    """Return the message's files, now the creator's; a person without an account owns none."""
    if conversation.creator is None or not inbound.uploads:
        return ()
    return uploads.attach(
        session,
        creator_id=conversation.creator,
        conversation_id=conversation.id,
        message_key=inbound.key,
        files=inbound.uploads,
        now=inbound.at,
    )
