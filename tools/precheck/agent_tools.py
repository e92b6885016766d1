"""The agent's door to the pre-publish check."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from tools.kernel.agent_tool import AgentTool, Attachment, Button, Call, Citation, Reply, Speaker, cite
from tools.kernel.db import files_of
from tools.kernel.upload_kinds import UploadKind
from tools.kernel.uploads import Upload
from tools.precheck import service, words
from tools.precheck.asks import ASKS
from tools.precheck.concerns import CONCERNS, Concern
from tools.precheck.drafts import Draft, DraftFile, as_typed, draft_of
from tools.precheck.service import CheckState, Judgement

_RULES = "pre-publish-check-rules"
# What the check is, and that its verdict is a prediction.
_ALWAYS = ((_RULES, "2.1"),)
_HOW = ((_RULES, "1.1"), (_RULES, "1.3"))
_MOST_CITED = 6
_MOST_ATTACHED = 3
_LARGEST_WORDS_BYTES = 400_000
ASK = (
    "把要发的东西发给我就能检测：标题或文案直接打字（比如：标题“今天教你做红烧肉”），封面发图片，视频发文件。"
    "我会说哪一处可能违反哪条规则、怎么改；这是预测，不是裁决。要检测的标题或文案是什么？"
)
_NOTHING_TO_SEE = (
    "收到的文件“{name}”不是图片、视频，也不是纯文字，我检测不了。请发 MP4、JPG，或者把文案直接打字发给我。"
)
_HOW_BUTTON = Button("检测什么", "发布前诊断检测哪些内容")
# A message that speaks of what was sent means the files too, though it has words of its own.
_OF_FILES = re.compile(
    r"视频|封面|图|照片|片子|文件|作品|这[条个支]|刚发|附件|画面|video|cover|picture", re.IGNORECASE
)


def pre_publish_check(
    call: Call,
    *,
    draft: str | None = None,
    concern: Concern | None = None,
    action: Literal["check", "history"] = "check",
) -> Reply:
    """Predict before publishing whether a draft (title, text, cover, video that the creator typed or sent) may break platform rules: where, which clause, what to change; also the earlier checks (action=history)."""
    if action == "history":
        return _history(call)
    wanted = _draft(call, draft)
    if isinstance(wanted, Reply):
        return wanted
    if wanted.is_empty:
        return _about(call, concern)
    rules = service.rulebook_of(files_of(call.session))
    judgement = service.begin(
        call.session, creator_id=call.creator_id, draft=wanted, rules=rules, now=call.now
    )
    if judgement.state is not CheckState.DONE:
        service.request_look(call.session, check_id=judgement.id, now=call.now)
    return _judged(call, judgement, concern)


def _judged(call: Call, judgement: Judgement, concern: Concern | None) -> Reply:
    cited = _citations(call, _clauses(judgement))
    text = words.answer(judgement, titles=_titles(cited))
    if concern is not None:
        known = CONCERNS[concern]
        text, cited = f"{text}\n{known.words}", (*cited, *_citations(call, known.clauses))
    return Reply(
        text=text,
        facts=words.facts(judgement),
        citations=tuple(dict.fromkeys((*cited, *_citations(call, _ALWAYS)))),
        buttons=words.buttons(judgement),
        attachments=_attachments(call, judgement),
    )


def _about(call: Call, concern: Concern | None) -> Reply:
    """Return what the rules say about a worry, or ask for the draft."""
    if concern is None:
        return Reply(text=ASK, citations=_citations(call, _HOW), buttons=(_HOW_BUTTON,))
    known = CONCERNS[concern]
    return Reply(
        text=f"{known.words}\n{known.told}",
        facts={"concern": concern.value},
        citations=_citations(call, known.clauses),
        buttons=(_HOW_BUTTON,),
    )


def _history(call: Call) -> Reply:
    found = service.history(call.session, creator_id=call.creator_id)
    newest = found[0] if found else None
    text, cited = words.listed(found), _citations(call, _clauses(newest)) if newest else ()
    if newest is not None and (newest.verdict is None or newest.findings):
        latest = words.answer(replace(newest, known=False), titles=_titles(cited))
        text = f"{text}\n\n最近一次：{latest}"
    return Reply(
        text=text,
        facts={"checks": [words.facts(one) for one in found]},
        citations=(*cited, *_citations(call, _ALWAYS)),
        buttons=words.buttons(newest) if newest else (_HOW_BUTTON,),
        attachments=_attachments(call, newest) if newest else (),
    )


def _draft(call: Call, spoken: str | None) -> Draft | Reply:
    """Return what was typed and sent, or why a sent file is no draft."""
    said = next((line.text for line in reversed(call.transcript) if line.speaker is Speaker.CREATOR), "")
    typed = draft_of(spoken) if spoken else Draft()
    typed = replace(typed, title=as_typed(typed.title, said), text=as_typed(typed.text, said))
    if not typed.is_empty and not _OF_FILES.search(said):
        return typed
    videos = [one for one in call.uploads if one.kind is UploadKind.VIDEO]
    images = [one for one in call.uploads if one.kind is UploadKind.IMAGE]
    others = [one for one in call.uploads if one.kind is UploadKind.FILE]
    text = typed.text
    if not text and not videos and not images and others:
        read = _words_in(others[0].path)
        if read is None:
            return Reply(text=_NOTHING_TO_SEE.format(name=others[0].name))
        text = read
    return replace(
        typed,
        text=text,
        video=_file(videos[0]) if videos else None,
        cover=_file(images[0]) if images else None,
    )


def _file(upload: Upload) -> DraftFile:
    return DraftFile(upload.path, upload.name, upload.sha256, upload.id)


def _words_in(path: Path) -> str | None:
    """Return the words of a plain text file, None of anything else."""
    if not path.is_file() or path.stat().st_size > _LARGEST_WORDS_BYTES:
        return None
    body = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A document's own format is full of control characters.
        return None if any(ord(one) < ord(" ") and one not in "\t\r\n" for one in text) else text.strip()
    return None


def _attachments(call: Call, judgement: Judgement) -> tuple[Attachment, ...]:
    paths = dict.fromkeys(
        path
        for one in judgement.findings
        if (path := service.picture_of(call.session, judgement, one)) is not None
    )
    return tuple(Attachment("image", str(path)) for path in list(paths)[:_MOST_ATTACHED])


def _clauses(judgement: Judgement) -> list[tuple[str, str]]:
    """Return the clauses of the gravest findings."""
    found = dict.fromkeys((one.policy, one.clause) for one in judgement.findings if one.clause)
    return list(found)[:_MOST_CITED]


def _titles(cited: Iterable[Citation]) -> dict[str, str]:
    return {one.policy: one.title for one in cited}


def _citations(call: Call, clauses: Iterable[tuple[str, str]]) -> tuple[Citation, ...]:
    """Return the clauses that are in force today, each once."""
    found = (call.policies.clause(policy, clause, on=call.on) for policy, clause in dict.fromkeys(clauses))
    return tuple(cite(clause) for clause in found if clause is not None)


TOOLS = (
    AgentTool(
        pre_publish_check,
        asks=ASKS,
        nouns=(
            "预检",
            "发布前",
            "发布前诊断",
            "诊断助手",
            "标题检测",
            "文案检测",
            "草稿",
            "违规词",
            "敏感词",
            "诊断记录",
        ),
        actions=("检测", "预检", "过一遍", "把关"),
        # What is stored is only the history of checks; nobody wants that undone.
        writes=True,
    ),
)
