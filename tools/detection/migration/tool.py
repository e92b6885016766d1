"""Following migrations in the chat: may this creator ask for an impostor's followers, asking, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, assert_never

from tools.detection.migration import service
from tools.detection.migration.eligibility import APPLY_DAYS, MOVE_WORKING_DAYS, RULES
from tools.detection.migration.outcomes import Counts, MigrationState
from tools.detection.migration.service import Migration, Standing
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.db import Json

_SHOWN = 5
_IMPERSONATION = ("impersonation", "1.4")
_CONDITIONS = (RULES, "1.1")
_TIME_LIMIT = (RULES, "1.2")
_HOW_LONG = (RULES, "2.1")
_WHO_MOVES = (RULES, "2.2")
_NOTICE = (RULES, "2.3")
_RESULT = (RULES, "3.1")
_GROWTH = (RULES, "3.2")
_APPEAL = (RULES, "3.3")


def follower_migration(
    call: Call,
    *,
    action: Literal["eligibility", "apply", "status", "result"] = "status",
    case_id: str | None = None,
    target_author: str | None = None,
) -> Reply | Proposal:
    """Move the followers of an impostor to the original, who is asking: whether the conditions are met (eligibility), propose applying, to be confirmed (apply), how far the creator's own application is (status), how many followers were moved and where they are (result); `target_author` is the impostor's name, `case_id` the number of the migration such as QY20220815-0001."""
    match action:
        case "eligibility":
            return _eligibility(call, target_author)
        case "apply":
            return _apply(call, target_author)
        case "status" | "result":
            return _status(call, case_id, target_author, result=action == "result")
        case _:
            assert_never(action)


def commit_migration(call: Call, payload: Mapping[str, object]) -> Reply:
    """Store the confirmed application after checking everything again."""
    made = service.apply(
        call.session, creator_id=call.creator_id, target=str(payload["target"]), now=call.now
    )
    return Reply(
        text=(
            f"粉丝迁移申请已提交，编号 {made.number}。审核通过后 {MOVE_WORKING_DAYS} 个工作日内分批迁完，"
            "凭编号随时可以查进度。"
        ),
        facts=_facts(made),
        citations=_cited(call, _HOW_LONG),
        buttons=(Button("查迁移进度", f"粉丝迁移 {made.number} 到哪一步了"),),
    )


def _eligibility(call: Call, target: str | None) -> Reply:
    found = service.standings(call.session, creator_id=call.creator_id, on=call.on)
    if target is not None or len(found) == 1:
        one = service.find_standing(call.session, creator_id=call.creator_id, target=target, on=call.on)
        return _conditions(call, one)
    if not found:
        return _nothing_upheld(call)
    lines = [f"有 {len(found)} 个账号的举报已经成立："]
    lines += [
        f"· “{item.impostor.nickname}”：{'可以申请' if item.eligible else '还不能申请'}，最晚 {_day(item.apply_by)}申请"
        for item in found[:_SHOWN]
    ]
    lines.append("告诉我要迁哪一个账号的粉丝。")
    return Reply(
        text="\n".join(lines),
        facts={"count": len(found), "eligible": [item.impostor.handle for item in found if item.eligible]},
        citations=_cited(call, _CONDITIONS, _TIME_LIMIT),
        buttons=tuple(
            Button(item.impostor.nickname, f"把@{item.impostor.handle} 的粉丝迁移给我")
            for item in found[:_SHOWN]
        ),
    )


def _conditions(call: Call, found: Standing) -> Reply:
    name = found.impostor.nickname
    failed = [check for check in found.checks if not check.passed]
    head = f"“{name}”的粉丝，你{'可以' if found.eligible else '暂时不能'}申请迁移"
    lines = [f"{head}。" if found.eligible else f"{head}，还有 {len(failed)} 项不满足。"]
    lines += [f"{'✓' if check.passed else '✗'} {check.words}" for check in found.checks]
    lines.append(f"依据：{'；'.join(found.likeness.words)}。")
    if found.number is not None and found.state is not None:
        lines.append(f"你已经申请过，编号 {found.number}，{found.state.words}。")
        buttons = (Button("查迁移进度", f"粉丝迁移 {found.number} 到哪一步了"),)
    elif found.eligible:
        lines.append(f"最晚 {_day(found.apply_by)}申请，点下面就可以提交。")
        buttons = (Button("申请迁移", f"我要申请把@{found.impostor.handle} 的粉丝迁移给我"),)
    else:
        buttons = ()
    return Reply(
        text="\n".join(lines),
        facts={
            "eligible": found.eligible,
            "target": found.impostor.handle,
            "likeness_percent": found.likeness.percent,
            "apply_by": found.apply_by.isoformat(),
            "report": found.report.number,
            "gaps": [check.words for check in failed],
            "case_id": found.number,
        },
        citations=_cited(call, *dict.fromkeys((RULES, check.clause) for check in failed or found.checks)),
        buttons=buttons,
    )


def _apply(call: Call, target: str | None) -> Reply | Proposal:
    found = service.check_application(call.session, creator_id=call.creator_id, target=target, on=call.on)
    since = (
        f"{_day(found.followed_from)}（侵权作品出现）之后关注对方的粉丝"
        if found.followed_from
        else "对方的粉丝"
    )
    return Proposal(
        summary=(
            f"申请把“{found.impostor.nickname}”（@{found.impostor.handle}）的粉丝迁移到你的账号：\n"
            f"依据举报 {found.report.number}，对应程度 {found.likeness.percent}%。\n"
            f"迁移{since}；已经关注你的不重复算，拉黑过你的、已注销和异常的账号不迁。\n"
            f"审核通过后 {MOVE_WORKING_DAYS} 个工作日内分批迁完，被迁移的粉丝会收到通知，可以自行取关；"
            "迁来的粉丝不计入近 30 天粉丝增长率。对方申诉期间暂停，申诉成立会退回。\n确认提交申请吗？"
        ),
        payload={"target": found.impostor.handle},
        facts={
            "target": found.impostor.handle,
            "report": found.report.number,
            "likeness_percent": found.likeness.percent,
            "apply_by": found.apply_by.isoformat(),
            "followed_from": found.followed_from and found.followed_from.isoformat(),
            "days": MOVE_WORKING_DAYS,
            "growth_days": 30,
        },
        citations=_cited(call, _TIME_LIMIT, _HOW_LONG, _WHO_MOVES, _GROWTH),
    )


def _status(call: Call, case_id: str | None, target: str | None, *, result: bool) -> Reply:
    if case_id is not None and case_id.strip():
        found = service.find_migrations(call.session, creator_id=call.creator_id, number=case_id)
    else:
        found = service.migrations(call.session, creator_id=call.creator_id)
    if target is not None and target.strip():
        found = [item for item in found if target.strip().removeprefix("@") in item.impostor] or found
    if not found:
        return _not_applied(call)
    if len(found) > 1 and not result:
        return _listing(found)
    newest, others = found[0], found[1:]
    lines, clauses = _words(newest)
    if others:
        lines.append(f"另外还有 {len(others)} 个申请，发编号可以单独查。")
    return Reply(
        text="\n".join(lines),
        facts={**_facts(newest), "others": [item.number for item in others]},
        citations=_cited(call, *clauses),
        buttons=(Button("迁移规则", "粉丝迁移的规则是什么"),),
    )


def _words(found: Migration) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the lines about one case, and the clauses that they rest on."""
    head = f"{found.number}：“{found.impostor}”的粉丝迁移，{found.state.words}。"
    counts = found.counts
    match found.state:
        case MigrationState.APPLIED:
            waits = f"{_day(found.applied_at)}提交。审核通过后 {MOVE_WORKING_DAYS} 个工作日内迁完，现在不用做什么。"
            return [head, waits], [_HOW_LONG]
        case MigrationState.REJECTED:
            why = f"原因：{found.note}" if found.note else "原因：依据的举报没有维持。"
            return [head, why, "结果作出后 30 天内补充材料可以重新申请。"], [_TIME_LIMIT]
        case MigrationState.APPROVED | MigrationState.RUNNING:
            assert found.finished_by is not None
            lines = [head, f"最晚 {_day(found.finished_by)}迁完（按工作日算，节假日顺延）。"]
            return [*lines, *_count_words(counts)], [_HOW_LONG, _WHO_MOVES]
        case MigrationState.PAUSED:
            return [head, *_count_words(counts), "申诉有结果后继续，不需要你重新申请。"], [_APPEAL]
        case MigrationState.MOVED:
            assert found.finished_at is not None
            done = f"{_day(found.finished_at)}迁完。" + "粉丝列表里这部分粉丝带“迁移”标记，可以单独筛选。"
            return [head, *_count_words(counts), done], [_RESULT, _WHO_MOVES, _NOTICE, _GROWTH]
        case MigrationState.RETURNING | MigrationState.RETURNED:
            back = counts.returned + counts.merged
            lines = [f"迁移过 {counts.moved} 人，已退回 {back} 人。"]
            if counts.kept:
                lines.append(f"{counts.kept} 人之后自己取关或拉黑过，没有再改动。")
            return [head, *lines], [_APPEAL]
        case _:
            assert_never(found.state)


def _count_words(counts: Counts) -> list[str]:
    if not counts.examined:
        return []
    reasons = (
        (counts.already, "本来就关注你"),
        (counts.blocked, "和你有拉黑关系"),
        (counts.inactive, "账号已注销或异常"),
        (counts.earlier, "在侵权作品出现前就关注了对方"),
        (counts.moved_before, "是别的迁移带来的"),
    )
    told = "，".join(f"{count} 人{words}" for count, words in reasons if count)
    return [
        f"已迁移 {counts.moved} 人；{counts.skipped} 人没有迁：{told}。"
        if told
        else f"已迁移 {counts.moved} 人。"
    ]


def _listing(found: Sequence[Migration]) -> Reply:
    lines = [f"你有 {len(found)} 个粉丝迁移申请："]
    lines += [
        f"· {item.number} “{item.impostor}”，{item.state.words}，已迁移 {item.counts.moved} 人"
        for item in found[:_SHOWN]
    ]
    return Reply(
        text="\n".join(lines),
        facts={"count": len(found), "cases": [_facts(item) for item in found[:_SHOWN]]},
        buttons=tuple(Button(item.number, f"粉丝迁移 {item.number} 到哪一步了") for item in found[:_SHOWN]),
    )


def _not_applied(call: Call) -> Reply:
    standings = service.standings(call.session, creator_id=call.creator_id, on=call.on)
    free = [item for item in standings if item.eligible]
    if not free:
        return _nothing_upheld(call)
    one = free[0]
    return Reply(
        text=(
            f"你还没有申请过粉丝迁移。“{one.impostor.nickname}”的举报 {one.report.number} 已经成立，"
            f"符合申请条件，最晚 {_day(one.apply_by)}申请。"
        ),
        facts={
            "count": 0,
            "target": one.impostor.handle,
            "report": one.report.number,
            "apply_by": one.apply_by.isoformat(),
        },
        citations=_cited(call, _TIME_LIMIT),
        buttons=(Button("申请迁移", f"我要申请把@{one.impostor.handle} 的粉丝迁移给我"),),
    )


def _nothing_upheld(call: Call) -> Reply:
    return Reply(
        text=(
            f"你还没有可以申请的粉丝迁移：要先有判定成立的侵权或仿冒举报，结果作出后 {APPLY_DAYS} 天内申请。"
            "发对方的视频链接或账号名，我帮你举报。"
        ),
        facts={"count": 0, "eligible": False, "days": APPLY_DAYS},
        citations=_cited(call, _CONDITIONS, _TIME_LIMIT, _IMPERSONATION),
        buttons=(Button("我要举报", "有人冒充我，我要举报"),),
    )


def _facts(found: Migration) -> Json:
    counts = found.counts
    return {
        "case_id": found.number,
        "state": found.state.value,
        "report": found.report_number,
        "target": found.impostor,
        "applied_at": found.applied_at.isoformat(),
        "finished_by": found.finished_by and found.finished_by.isoformat(),
        "finished_at": found.finished_at and found.finished_at.isoformat(),
        "days": MOVE_WORKING_DAYS,
        "apply_days": APPLY_DAYS,
        "moved": counts.moved,
        "skipped": counts.skipped,
        "already": counts.already,
        "blocked": counts.blocked,
        "inactive": counts.inactive,
        "earlier": counts.earlier,
        "moved_before": counts.moved_before,
        "returned": counts.returned + counts.merged,
        "kept": counts.kept,
    }


def _cited(call: Call, *clauses: tuple[str, str]) -> tuple[Citation, ...]:
    found = [call.policies.clause(policy, clause, on=call.on) for policy, clause in clauses]
    return tuple(cite(clause) for clause in found if clause is not None)


def _day(day: date | datetime) -> str:
    return f"{day.month}月{day.day}日"


TOOL = AgentTool(
    follower_migration,
    asks=(
        "仿冒号的粉丝能迁移给我吗",
        "我要申请粉丝迁移",
        "帮我把冒充我的那个号的粉迁过来",
        "粉丝迁移到哪一步了",
        "查一下粉丝迁移进度",
        "迁移了多少粉丝过来",
        "粉丝迁移 QY20220815-0001 到哪了",
        "我够不够粉丝迁移的条件",
        "把木匠老陳的粉丝迁移给我",
        "假号的粉丝什么时候能迁完",
        "迁移成功的粉丝在哪看",
        "我能申请粉丝迁移吗",
        "那个高仿号的粉转给我吧",
        "我的粉丝迁移审核通过了没",
        "迁粉申请批了没有",
        "粉丝迁移怎么还没完成",
        "粉丝迁移的结果出来了吗",
        "fans migration怎么apply",
        "follower migration status",
        "被盗号吸走的粉能不能迁回来，我要申请迁移",
        "把他骗走的粉丝还我，给我办粉丝迁移",
        "迁移暂停了是怎么回事",
        "迁过来的粉丝有多少人",
        "我的迁移申请为什么被驳回",
        "粉丝迁移帮我提交一下",
        "冒充我的账号封了，粉丝迁给我",
        "还有多少粉丝没迁移",
        "粉丝迁移资格我有吗",
        "假号把我粉骗走了给我迁回来",
        "迁粉办得咋样了",
        "迁回来多少粉了",
        "能迁粉不",
        "我能办粉丝迁移不",
        "他的粉得归我",
        "粉丝迁移搞定了没",
        "迁来的粉在哪看",
        "挪粉丝那事走到哪了",
        "高仿号的粉迁我这",
        "符不符合粉丝迁移条件",
        "提交迁粉申请",
        "已经迁了多少人",
    ),
    nouns=("粉丝迁移", "迁移", "迁粉", "仿冒号的粉丝", "假号的粉"),
    actions=("迁", "迁过来", "迁给我", "申请", "进度", "迁了多少", "还给我", "转给我"),
    commit=commit_migration,
)
