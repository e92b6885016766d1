"""付费课堂 in the chat: how one's courses stand, sell and are liked, refunds, opening, handing in, repricing."""

from collections.abc import Mapping
from typing import Literal, assert_never

from tools.commerce.courses import sales, service
from tools.commerce.courses.asks import ASKS
from tools.commerce.courses.models import CourseSale
from tools.commerce.courses.rules import POLICY, CourseRules, course_rules
from tools.commerce.courses.service import CourseView
from tools.commerce.courses.states import CourseState, SaleState
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.errors import Refusal
from tools.kernel.holidays import working_calendar
from tools.kernel.money import AmountError, parse_yuan, rate_text, yuan
from tools.kernel.period import parse_period

_LONGEST_TITLE = 30
_SHOWN = 5
_OPEN = Button("新建一门课", "我想开一门付费课")
_SALE_WORDS = {
    SaleState.ASKED: "学员申请退款，双方协商中",
    SaleState.OWED: "应退，等从收入里扣回",
    SaleState.REFUNDED: "已退",
    SaleState.KEPT: "没有退",
}


class PriceUnclear(Refusal):
    """The text is no amount."""

    template = "“{text}”不是一个价格，直接说多少元就行，例如 99。"


def paid_course(  # noqa: PLR0911 - a case for each action
    call: Call,
    *,
    action: Literal[
        "status", "sales", "refunds", "reviews", "how", "create", "publish", "reprice"
    ] = "status",
    title: str | None = None,
    amount: str | None = None,
    period: str = "this_month",
) -> Reply | Proposal:
    """Tell how the creator's own 付费课堂 courses stand in review (status), how they sell in a period and how many students they have (sales), refunds, buyers' reviews, what opening one takes (how), or propose, to be confirmed: a new course (create, `title` is what it teaches, `amount` its price in yuan), handing one in for review (publish), another price (reprice, `amount`)."""
    match action:
        case "status":
            return _status(call, title)
        case "sales":
            return _sales(call, period)
        case "refunds":
            return _refunds(call)
        case "reviews":
            return _reviews(call, title)
        case "how":
            return _how(call)
        case "create":
            return _create(call, title, amount)
        case "publish":
            return _publish(call, title)
        case "reprice":
            return _reprice(call, title, amount)
        case _:
            assert_never(action)


def commit_course(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed after checking everything again."""
    course_id, price_fen = payload.get("course"), payload.get("price_fen")
    if payload["deed"] == "create":
        row = service.create(
            call.session,
            creator_id=call.creator_id,
            title=str(payload["title"]),
            price_fen=price_fen if isinstance(price_fen, int) else None,
            now=call.now,
        )
        text = f"课程草稿《{row.title}》建好了。到创作者服务中心上传课时，够 {_rules(call).fewest_chapters} 节就能提交审核。"
        return Reply(text=text, facts={"title": row.title, "state": row.state})
    assert isinstance(course_id, int)
    if payload["deed"] == "publish":
        row = service.publish(call.session, creator_id=call.creator_id, course_id=course_id, now=call.now)
        by = working_calendar().after(call.on, _rules(call).review_working_days)
        text = f"《{row.title}》已提交审核，最晚 {by.day.month}月{by.day.day}日出结果{by.remark}。"
        return Reply(text=text, facts={"title": row.title, "state": row.state, "by": by.day.isoformat()})
    assert isinstance(price_fen, int)
    row = service.reprice(
        call.session, creator_id=call.creator_id, course_id=course_id, price_fen=price_fen, now=call.now
    )
    text = f"《{row.title}》已改成 {yuan(row.price_fen)} 元，24 小时内不能再调。"
    return Reply(text=text, facts={"title": row.title, "price_fen": row.price_fen})


def _status(call: Call, title: str | None) -> Reply:
    found = service.courses(call.session, creator_id=call.creator_id, on=call.on)
    if title is not None:
        row = service.find(call.session, creator_id=call.creator_id, title=title)
        found = [each for each in found if each.course.id == row.id]
    if not found:
        return _none(call)
    return Reply(
        text="\n".join(_line(call, each) for each in found[:_SHOWN]),
        facts={"count": len(found), "courses": [_facts(each) for each in found[:_SHOWN]]},
        citations=_cited(call, "1.3"),
        buttons=(Button("卖了多少", "我的课这个月卖了多少份"), _OPEN),
    )


def _sales(call: Call, period: str) -> Reply:
    when = parse_period(period, on=call.on)
    mine = service.courses(call.session, creator_id=call.creator_id, on=call.on)
    if not mine:
        return _none(call)
    found = service.sold(call.session, creator_id=call.creator_id, period=when)
    count, gross = sum(each.sales for each in found), sum(each.gross_fen for each in found)
    back = sum(each.refund_fen for each in found)
    students = sum(each.students for each in mine)
    lines = [
        f"{when.words}卖出 {count} 份，成交 {yuan(gross)} 元，其中退款 {yuan(back)} 元；累计学员 {students} 人。"
    ]
    lines += [
        f"· 《{each.title}》{each.sales} 份，{yuan(each.gross_fen)} 元，退 {each.refunds} 份"
        for each in found[:_SHOWN]
    ]
    lines.append(f"平台服务费 {rate_text(_rules(call).fee_bp, 10_000)}，到手金额看收入账单。")
    return Reply(
        text="\n".join(lines),
        facts={
            "period": when.words,
            "sales": count,
            "gross_fen": gross,
            "refund_fen": back,
            "students": students,
            "courses": [{"title": each.title, "sales": each.sales} for each in found[:_SHOWN]],
        },
        citations=_cited(call, "2.1"),
        buttons=(Button("课程收入", "这个月课程收入多少"),),
    )


def _refunds(call: Call) -> Reply:
    found = service.refunds(call.session, creator_id=call.creator_id)
    if not found:
        return Reply(
            text="没有学员申请退款。",
            facts={"count": 0},
            citations=_cited(call, "2.2"),
            buttons=(_status_button(),),
        )
    open_ones = [row for row, _ in found if not SaleState(row.state).is_over]
    lines = [f"共 {len(found)} 笔退款申请，{len(open_ones)} 笔还没处理完。"]
    lines += [_refund_line(row, title) for row, title in found[:_SHOWN]]
    return Reply(
        text="\n".join(lines),
        facts={
            "count": len(found),
            "open": len(open_ones),
            "refunded_fen": sum(row.refund_fen for row, _ in found if row.state == SaleState.REFUNDED),
        },
        citations=_cited(call, "2.2", "2.3"),
        buttons=(Button("转人工", "转人工，课程退款有问题"),) if open_ones else (),
    )


def _reviews(call: Call, title: str | None) -> Reply:
    mine = service.courses(call.session, creator_id=call.creator_id, on=call.on)
    if title is not None:
        row = service.find(call.session, creator_id=call.creator_id, title=title)
        mine = [each for each in mine if each.course.id == row.id]
    rated = [each for each in mine if each.stars.count]
    if not rated:
        return _none(call) if not mine else Reply(text="还没有学员评价。", facts={"count": 0})
    lines: list[str] = []
    for each in rated[:_SHOWN]:
        tenths = each.stars.stars * 10 // each.stars.count
        lines.append(
            f"《{each.course.title}》{each.stars.count} 条评价，平均 {tenths // 10}.{tenths % 10} 星，三星及以下 {each.stars.low} 条。"
        )
        lines += [
            f"· {one.stars} 星：{one.words}"
            for one in service.reviews(call.session, course_id=each.course.id)
        ]
    return Reply(
        text="\n".join(lines),
        facts={
            "count": sum(each.stars.count for each in rated),
            "courses": [
                {"title": each.course.title, "count": each.stars.count, "stars": each.stars.stars}
                for each in rated
            ],
        },
    )


def _how(call: Call) -> Reply:
    found = service.verdict(call.session, creator_id=call.creator_id, on=call.on)
    rules, missing = _rules(call), service.gaps(found)
    lines = [
        "你可以开付费课。" if found.passed else f"现在还不能开付费课：{'；'.join(missing)}。",
        f"一门课至少 {rules.fewest_chapters} 节，每节不少于 {rules.shortest_seconds // 60} 分钟，可以设 1 节免费试看。",
        f"定价 {yuan(rules.lowest_fen)}–{yuan(rules.highest_fen)} 元，平台服务费 {rate_text(rules.fee_bp, 10_000)}。",
        f"提交后 {rules.review_working_days} 个工作日内审核。",
    ]
    return Reply(
        text="\n".join(lines),
        facts={"eligible": found.passed, "gaps": missing, "fee_bp": rules.fee_bp},
        citations=_cited(call, "1.1", "1.2", "1.4", "2.1"),
        buttons=(_OPEN,) if found.passed else (),
    )


def _create(call: Call, title: str | None, amount: str | None) -> Proposal:
    name = (title or "").strip().strip("《》")[:_LONGEST_TITLE] or "未命名课程"
    price_fen = _fen(amount) if amount is not None else None
    service.check_create(
        call.session, creator_id=call.creator_id, title=name, price_fen=price_fen, now=call.now
    )
    rules = _rules(call)
    price = f"定价 {yuan(price_fen)} 元" if price_fen else "定价先空着，上架前补"
    return Proposal(
        summary=(
            f"新建付费课草稿《{name}》，{price}。\n至少 {rules.fewest_chapters} 节、每节不少于 {rules.shortest_seconds // 60} 分钟，"
            "医疗、法律、金融、考试培训类还要交资质。\n建好后不会直接上架，名字以后可以改。确认新建吗？"
        ),
        payload={"deed": "create", "title": name, "price_fen": price_fen},
        facts={"title": name, "price_fen": price_fen},
        citations=_cited(call, "1.1", "1.2"),
    )


def _publish(call: Call, title: str | None) -> Proposal:
    row = service.find(call.session, creator_id=call.creator_id, title=title)
    service.check_publish(call.session, row=row, now=call.now)
    return Proposal(
        summary=f"提交《{row.title}》审核，定价 {yuan(row.price_fen)} 元。审核通过后直接上架。\n确认提交吗？",
        payload={"deed": "publish", "course": row.id},
        facts={"title": row.title, "price_fen": row.price_fen},
        citations=_cited(call, "1.3"),
    )


def _reprice(call: Call, title: str | None, amount: str | None) -> Proposal:
    row = service.find(call.session, creator_id=call.creator_id, title=title)
    asked = _fen(amount) if amount is not None else None
    price_fen = service.check_reprice(row, price_fen=asked, now=call.now)
    return Proposal(
        summary=f"《{row.title}》从 {yuan(row.price_fen)} 元改成 {yuan(price_fen)} 元，24 小时内不能再调，已购学员不受影响。\n确认改价吗？",
        payload={"deed": "reprice", "course": row.id, "price_fen": price_fen},
        facts={"title": row.title, "price_fen": price_fen},
        citations=_cited(call, "1.4"),
    )


def _line(call: Call, found: CourseView) -> str:
    row, state = found.course, found.state
    line = f"《{row.title}》：{state.words}"
    match state:
        case CourseState.REVIEWING:
            assert row.submitted_at is not None
            by = working_calendar().after(
                service.platform_day(row.submitted_at), _rules(call).review_working_days
            )
            return f"{line}，最晚 {by.day.month}月{by.day.day}日出结果{by.remark}。"
        case CourseState.REJECTED:
            return f"{line}，原因：{row.reason}。改好可以重新提交，不限次数。"
        case CourseState.DRAFT:
            return f"{line}，已上传 {found.chapters.count} 节。"
        case CourseState.PUBLISHED | CourseState.WITHDRAWN:
            trial = "，第 1 节免费试看" if row.trial_chapter else ""
            return f"{line}，{yuan(row.price_fen)} 元，{found.chapters.count} 节{trial}，学员 {found.students} 人。"
        case _:
            assert_never(state)


def _refund_line(row: CourseSale, title: str) -> str:
    words = _SALE_WORDS[SaleState(row.state)]
    fen = f" {yuan(row.refund_fen)} 元" if row.refund_fen else ""
    why = f"，学员说：{row.reason}" if row.reason else ""
    return (
        f"· 《{title}》{yuan(row.price_fen)} 元：{words}{fen}，实际成交 {yuan(sales.kept_fen(row))} 元{why}"
    )


def _none(call: Call) -> Reply:
    return Reply(
        text="你还没有付费课。",
        facts={"count": 0, "courses": []},
        citations=_cited(call, "1.1"),
        buttons=(_OPEN,),
    )


def _facts(found: CourseView) -> dict[str, object]:
    row = found.course
    return {
        "title": row.title,
        "state": row.state,
        "price_fen": row.price_fen,
        "chapters": found.chapters.count,
        "students": found.students,
    }


def _status_button() -> Button:
    return Button("我的课", "我的课程怎么样了")


def _fen(text: str) -> int:
    try:
        return parse_yuan(text)
    except AmountError as error:
        raise PriceUnclear(text=text.strip()[:20]) from error


def _rules(call: Call) -> CourseRules:
    return course_rules(call.on)


def _cited(call: Call, *clauses: str) -> tuple[Citation, ...]:
    found = (call.policies.clause(POLICY, clause, on=call.on) for clause in clauses)
    return tuple(cite(clause) for clause in found if clause)


TOOL = AgentTool(
    paid_course,
    asks=ASKS,
    nouns=("付费课", "付费课堂", "课程", "课", "学员", "开课", "新课"),
    actions=("卖", "审核", "上架", "退款", "评价", "改价", "开课"),
    commit=commit_course,
)
