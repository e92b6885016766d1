"""磁力聚星 in the chat: which orders there are, how one's own stand, quoting, answering, handing in, disputing."""

from collections.abc import Mapping
from typing import Literal, assert_never

from tools.commerce.orders import choosing, service, words
from tools.commerce.orders.asks import ASKS
from tools.commerce.orders.matching import Kind
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.commerce.orders.refusals import PriceNeeded, WrongTime
from tools.commerce.orders.rules import POLICY, OrderRules, order_rules
from tools.commerce.orders.states import OrderEvent, OrderState, fee_of
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, Speaker, cite
from tools.kernel.errors import Refusal
from tools.kernel.money import AmountError, parse_yuan, rate_text, yuan

_SHOWN = 6
_FEN_PER_YUAN = 100
_LONGEST_REASON = 180


class PriceUnclear(Refusal):
    """The text is no amount."""

    template = "“{text}”不是一个价格，直接说多少元就行，例如 800。"


def brand_orders(  # noqa: PLR0911 - a case for each action
    call: Call,
    *,
    action: Literal[
        "list", "status", "eligibility", "quote", "accept", "decline", "submit", "cancel", "dispute"
    ] = "list",
    category: str | None = None,
    min_price: str | None = None,
    order_id: str | None = None,
    amount: str | None = None,
    work_ref: str = "latest",
) -> Reply | Proposal:
    """List the 磁力聚星 brand orders (商单) that the creator can take, best fit first (list, `category`, `min_price` in yuan), show the creator's own orders (status, `order_id` such as SD-20220812-0001), the conditions (eligibility) or peers' prices (quote without `amount`), or propose, to be confirmed: quoting or signing up (quote), accepting, declining, handing a published work in (submit, `work_ref`), giving an order back (cancel), disputing. `order_id` may also be a brief's key, or ord:2 for a place in the list."""
    match action:
        case "list":
            return _list(call, category, min_price) if order_id is None else _shown(call, order_id)
        case "status":
            return _status(call, order_id)
        case "eligibility":
            return _eligibility(call)
        case "quote":
            return _quote(call, order_id, amount)
        case "accept":
            return _accept(call, order_id, amount)
        case "submit":
            return _submit(call, order_id, work_ref)
        case "decline" | "cancel" | "dispute":
            return _ending(call, order_id, action)
        case _:
            assert_never(action)


def commit_order(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed after checking everything again."""
    deed, creator_id, now = str(payload["deed"]), call.creator_id, call.now
    if deed == "quote":
        price = payload["price_fen"]
        row = service.quote(
            call.session,
            creator_id=creator_id,
            brief_key=str(payload["brief"]),
            price_fen=price if isinstance(price, int) else None,
            now=now,
        )
        return _done(
            call,
            row,
            f"已报名 {row.number}，报价 {yuan(row.price_fen)} 元，等品牌选择。选中后会通知你，48 小时内确认接单。",
        )
    order_id = payload["order"]
    assert isinstance(order_id, int)
    match deed:
        case "accept":
            row = service.accept(call.session, creator_id=creator_id, order_id=order_id, now=now)
            brief = service.brief_of(call.session, row)
            text = f"已接单 {row.number}。{brief.deadline.month}月{brief.deadline.day}日前发布作品，记得带“广告”标识，发布后说“{row.number} 交稿”。"
        case "decline":
            row = service.decline(call.session, creator_id=creator_id, order_id=order_id, now=now)
            text = f"已拒绝 {row.number}，不影响账号和后续推荐。"
        case "cancel":
            row = service.cancel(call.session, creator_id=creator_id, order_id=order_id, now=now)
            text = f"已取消 {row.number}。"
        case "submit":
            row = service.submit(
                call.session,
                creator_id=creator_id,
                order_id=order_id,
                work_ref=str(payload["work_ref"]),
                now=now,
            )
            text = f"{row.number} 已交稿。品牌 {_rules(call).review_days} 天内验收，逾期没有验收视为通过。"
        case _:
            return _disputed(call, order_id, str(payload["reason"]))
    return _done(call, row, text)


def _list(call: Call, category: str | None, min_price: str | None) -> Reply:
    least_fen = _fen(min_price) if min_price is not None else 0
    found = service.eligibility(call.session, creator_id=call.creator_id, on=call.on)
    if not found.platform.passed:
        return _eligibility(call)
    mine = [
        (row, brief)
        for row, brief in service.orders(call.session, creator_id=call.creator_id)
        if row.answer_by is not None
    ]
    found_offers = service.offers(
        call.session, creator_id=call.creator_id, on=call.on, top=_SHOWN, category=category, min_fen=least_fen
    )
    offers = found_offers.best
    # Places count through the whole list; in a part of it only numbers of orders name them.
    places = category is None and not least_fen
    lines: list[str] = []
    if mine:
        lines.append(f"有 {len(mine)} 单在等你答复：")
        lines += [
            words.order_line(row, brief, place=place if places else None)
            for place, (row, brief) in enumerate(mine, start=1)
        ]
    which = "".join((f"{category}类" if category else "", f" {yuan(least_fen)} 元以上" if least_fen else ""))
    if offers:
        lines.append(f"可以接的{which}商单有 {found_offers.count} 个，按匹配度排：")
        for place, offer in enumerate(offers, start=len(mine) + 1):
            lines += words.offer_lines(offer, place=place if places else None)
        lines.append(f"想接哪个，说编号就行，例如“接 {offers[0].brief.key}”。")
    else:
        lines.append(f"现在没有你能接的{which}商单，有新的会先推荐给符合条件的创作者。")
    return Reply(
        text="\n".join(lines),
        facts={
            "count": found_offers.count,
            "waiting": [words.order_facts(row, brief) for row, brief in mine],
            "offers": [words.offer_facts(offer) for offer in offers],
        },
        citations=_cited(call, "1.3"),
        buttons=tuple(
            Button(f"接 {offer.brief.key}", f"接 {offer.brief.key} 这个商单") for offer in offers[:2]
        ),
    )


def _status(call: Call, order_id: str | None) -> Reply:
    if order_id is not None and not order_id.startswith(choosing.ORDINAL):
        return _shown(call, order_id)
    if order_id is not None:
        # A place among one's own orders, as the list below shows them.
        return _one(call, choosing.chosen_order(call, order_id, fits=lambda _row: True, what="你"))
    mine = service.orders(call.session, creator_id=call.creator_id)
    if not mine:
        return Reply(
            text="你还没有商单。可以先看看有哪些能接的。",
            facts={"count": 0, "orders": []},
            buttons=(Button("看商单", "有没有商单能接"),),
        )
    open_ones = [item for item in mine if not OrderState(item[0].state).is_over]
    over = [item for item in mine if OrderState(item[0].state).is_over]
    lines = [f"进行中的商单 {len(open_ones)} 单，已结束 {len(over)} 单。"]
    lines += [words.order_line(row, brief) for row, brief in (*open_ones, *over)[:_SHOWN]]
    return Reply(
        text="\n".join(lines),
        facts={
            "count": len(mine),
            "open": len(open_ones),
            "orders": [words.order_facts(row, brief) for row, brief in (*open_ones, *over)[:_SHOWN]],
        },
        buttons=(Button("可以接的商单", "有没有商单能接"), Button("商单收入", "这个月商单收入多少")),
    )


def _shown(call: Call, order_id: str) -> Reply:
    found = choosing.chosen_target(call, order_id)
    return _brief(call, found) if isinstance(found, BrandBrief) else _one(call, found)


def _one(call: Call, row: BrandOrder) -> Reply:
    brief = service.brief_of(call.session, row)
    lines = [words.order_line(row, brief).removeprefix("· "), *words.brief_lines(brief)[1:]]
    notes = [
        (at, note) for event, at, note in service.steps_of(call.session, row) if event == "revise" and note
    ]
    lines += [f"{service.moment(at)}品牌要求修改：{note}" for at, note in notes]
    buttons: tuple[Button, ...] = ()
    if row.answer_by is not None:
        buttons = (Button("接单", f"接 {row.number}"), Button("拒绝", f"拒绝商单 {row.number}"))
    return Reply(
        text="\n".join(lines),
        facts=words.order_facts(row, brief),
        citations=_cited(call, "2.4"),
        buttons=buttons,
    )


def _brief(call: Call, brief: BrandBrief) -> Reply:
    found = service.eligibility(call.session, creator_id=call.creator_id, on=call.on, brief=brief)
    missing = service.gaps(found)
    lines = [
        *words.brief_lines(brief),
        "你符合接单条件。" if found.passed else f"还差：{'；'.join(missing)}。",
    ]
    return Reply(
        text="\n".join(lines),
        facts={
            "brief": brief.key,
            "eligible": found.passed,
            "gaps": missing,
            "ceiling_fen": brief.ceiling_fen,
        },
        buttons=(Button("接这单", f"接 {brief.key} 这个商单"),) if found.passed else (),
    )


def _eligibility(call: Call) -> Reply:
    found = service.eligibility(call.session, creator_id=call.creator_id, on=call.on)
    missing = service.gaps(found)
    lines = ["磁力聚星接单：你符合条件。" if found.passed else f"磁力聚星接单：还差 {len(missing)} 项。"]
    lines += [f"✗ {each}" for each in missing] + [f"✓ {each}" for each in service.met(found)]
    return Reply(
        text="\n".join(lines),
        facts={"eligible": found.passed, "gaps": missing},
        citations=_cited(call, "1.1"),
        buttons=(Button("看商单", "有没有商单能接"),) if found.passed else (),
    )


def _quote(call: Call, order_id: str | None, amount: str | None) -> Reply | Proposal:
    peers = service.suggested(call.session, creator_id=call.creator_id, now=call.now)
    if order_id is None:
        return Reply(
            text=f"{words.range_words(peers)}要给哪一单报价，说编号和价格，例如“BF-2208001 报价 800 元”。",
            facts={"range": words.range_facts(peers)},
            citations=_cited(call, "1.2"),
            buttons=(Button("可以接的商单", "有没有商单能接"),),
        )
    target = choosing.chosen_target(call, order_id)
    brief = service.brief_of(call.session, target) if isinstance(target, BrandOrder) else target
    return _proposed_quote(call, brief, amount)


def _accept(call: Call, order_id: str | None, amount: str | None) -> Reply | Proposal:
    target = choosing.chosen_target(call, order_id)
    if isinstance(target, BrandBrief):
        return _proposed_quote(call, target, amount)
    brief = service.check_accept(call.session, row=target, now=call.now)
    fee_fen = fee_of(target.price_fen, fee_bp=_rules(call).fee_bp)
    lines = [
        f"接单 {target.number}：",
        *words.brief_lines(brief),
        f"订单 {yuan(target.price_fen)} 元，服务费 {yuan(fee_fen)} 元（{rate_text(_rules(call).fee_bp, 10_000)}），到手最多 {yuan(target.price_fen - fee_fen)} 元。",
        f"作品发布后至少保留 {_rules(call).keep_days} 天。确认接单吗？",
    ]
    return Proposal(
        summary="\n".join(lines),
        payload={"deed": "accept", "order": target.id},
        facts={**words.order_facts(target, brief), "fee_fen": fee_fen},
        citations=_cited(call, "2.1", "2.3", "3.1"),
    )


def _proposed_quote(call: Call, brief: BrandBrief, amount: str | None) -> Proposal:
    peers = service.suggested(call.session, creator_id=call.creator_id, now=call.now)
    asked = _fen(amount) if amount is not None else None
    if asked is None and Kind(brief.kind) is Kind.BID:
        example = peers.range.median_fen if peers else brief.price_fen
        raise PriceNeeded(
            key=brief.key,
            example=min(example, brief.price_fen) // _FEN_PER_YUAN,
            range=words.range_words(peers),
        )
    price_fen = service.check_quote(
        call.session, creator_id=call.creator_id, brief=brief, price_fen=asked, now=call.now
    )
    most = "最高 " if Kind(brief.kind) is Kind.EFFECT else ""
    lines = ["报名这单：", *words.brief_lines(brief), f"你的报价：{most}{yuan(price_fen)} 元。"]
    if Kind(brief.kind) is Kind.BID:
        lines.append(words.range_words(peers))
    lines.append("品牌选中后还要你再确认一次才算接单。确认报名吗？")
    return Proposal(
        summary="\n".join(lines),
        payload={"deed": "quote", "brief": brief.key, "price_fen": asked},
        facts={"brief": brief.key, "price_fen": price_fen, "range": words.range_facts(peers)},
        citations=_cited(call, "1.2", "1.3"),
    )


def _submit(call: Call, order_id: str | None, work_ref: str) -> Proposal:
    row = choosing.chosen_order(
        call, order_id, fits=lambda each: OrderState(each.state) in OrderEvent.SUBMIT.follows, what="等你交稿"
    )
    brief, work = service.check_submit(call.session, row=row, work_ref=work_ref, now=call.now)
    return Proposal(
        summary=f"把《{work.title}》交给 {row.number} {brief.brand}。\n标题没有品牌禁用的说法；作品要带“广告”标识，口播和画面请自己再看一遍。\n确认交稿吗？",
        # The work itself, not "the latest": another may be published before the button is pressed.
        payload={"deed": "submit", "order": row.id, "work_ref": f"id:{work.public_id}"},
        facts={**words.order_facts(row, brief), "work": work.public_id},
        citations=_cited(call, "2.2", "3.3"),
    )


def _ending(call: Call, order_id: str | None, deed: Literal["decline", "cancel", "dispute"]) -> Proposal:
    match deed:
        case "decline":
            event, what, clause = OrderEvent.DECLINE, "拒绝", "2.1"
            remark = "拒绝不影响账号。"
        case "cancel":
            event, what, clause = OrderEvent.CANCEL, "取消", "2.1"
            rules = _rules(call)
            remark = (
                f"接单后无故取消，30 天内累计 {rules.cancels_in_30_days} 次会暂停接单 {rules.pause_days} 天。"
            )
        case "dispute":
            event, what, clause = OrderEvent.DISPUTE, "提出争议", "2.2"
            remark = "订单会先冻结，款项不动，由人工处理。"
        case _:
            assert_never(deed)
    row = choosing.chosen_order(
        call, order_id, fits=lambda each: OrderState(each.state) in event.follows, what=f"可以{what}"
    )
    if OrderState(row.state) not in event.follows:
        raise WrongTime(number=row.number, state=OrderState(row.state).words, what=what)
    brief = service.brief_of(call.session, row)
    return Proposal(
        summary=f"{what} {row.number} {brief.brand}《{brief.title}》（{yuan(row.price_fen)} 元）。{remark}\n确认{what}吗？",
        payload={"deed": deed, "order": row.id, "reason": _reason(call)},
        facts=words.order_facts(row, brief),
        citations=_cited(call, clause),
    )


def _disputed(call: Call, order_id: int, reason: str) -> Reply:
    row = service.dispute(
        call.session, creator_id=call.creator_id, order_id=order_id, reason=reason, now=call.now
    )
    found = _done(
        call,
        row,
        f"{row.number} 已记为争议，款项先不动。1V1 人工会接着处理，工单号马上发给你；急的话点“转人工”。",
    )
    return Reply(
        text=found.text, facts=found.facts, buttons=(Button("转人工", f"转人工，商单 {row.number} 有争议"),)
    )


def _done(call: Call, row: BrandOrder, text: str) -> Reply:
    return Reply(text=text, facts=words.order_facts(row, service.brief_of(call.session, row)))


def _reason(call: Call) -> str:
    said = [line.text for line in call.transcript if line.speaker is Speaker.CREATOR]
    return " ".join(said[-1].split())[:_LONGEST_REASON] if said else ""


def _fen(text: str) -> int:
    try:
        return parse_yuan(text)
    except AmountError as error:
        raise PriceUnclear(text=text.strip()[:20]) from error


def _rules(call: Call) -> OrderRules:
    return order_rules(call.on)


def _cited(call: Call, *clauses: str) -> tuple[Citation, ...]:
    found = (call.policies.clause(POLICY, clause, on=call.on) for clause in clauses)
    return tuple(cite(clause) for clause in found if clause)


TOOL = AgentTool(
    brand_orders,
    asks=ASKS,
    nouns=("商单", "聚星", "磁力聚星", "广告单", "品牌", "报价", "接广告", "接单", "甲方", "恰饭"),
    actions=("接", "报价", "交稿", "验收", "拒绝", "邀约"),
    commit=commit_order,
)
