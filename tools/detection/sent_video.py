"""A video that a creator sends with a report: compared with the own originals at once, or kept as its evidence."""

from tools.detection.reports.kinds import Kind
from tools.detection.suspects import Suspect
from tools.detection.videos import examining
from tools.kernel import task_requests, uploads
from tools.kernel.agent_tool import Button, Call, Reply
from tools.kernel.upload_kinds import UploadKind
from tools.kernel.uploads import Upload


def sent_video(call: Call) -> Upload | None:
    """Return the video that came with the newest message that carried files."""
    return next((upload for upload in call.uploads if upload.kind is UploadKind.VIDEO), None)


def begin_check(call: Call, kind: Kind, suspect: Suspect | None) -> Reply | None:
    """Have the sent video compared with the creator's originals and say so; None without one, or when it was before.

    A comparison changes nothing that anybody could want undone, so that it waits for no confirmation.
    """
    upload = sent_video(call) if kind is Kind.COPY and suspect is None else None
    if upload is None:
        return None
    if task_requests.state_of(call.session, key=f"{examining.UPLOAD_TASK}:{upload.id}") is not None:
        return None
    examining.request_check(call.session, creator_id=call.creator_id, upload=upload.id, now=call.now)
    return Reply(
        text="视频收到了，正在和你登记的原创比对，一般 1 分钟内把结果和对比图发给你。要提交举报，把对方的视频链接或账号也发给我。",
        facts={"upload": upload.id, "missing": ["suspect"]},
        buttons=(Button("我的举报进度", "我的侵权举报处理到哪了"),),
    )


def evidence(call: Call, upload_id: object) -> Upload | None:
    """Return the confirmed report's video, kept from now on; None when there is none or it is another creator's."""
    if not isinstance(upload_id, int):
        return None
    found = uploads.find(call.session, upload_id=upload_id, creator_id=call.creator_id)
    if found is not None:
        uploads.keep(call.session, upload_id=found.id, creator_id=call.creator_id, now=call.now)
    return found
