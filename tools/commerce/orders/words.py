"""Brand orders in words and facts, as the tool shows them."""

from tools.commerce.orders.matching import Kind
from tools.commerce.orders.models import BrandBrief, BrandOrder
from tools.commerce.orders.service import Offer, Suggested, moment
from tools.commerce.orders.states import OrderState
from tools.kernel.db import Json
from tools.kernel.money import yuan

_REASONS_SHOWN = 3
FULL = 100


def price_words(brief: BrandBrief) -> str:
    """Return what a brief pays: 一口价 800.00 元."""
    match Kind(brief.kind):
        case Kind.FIXED:
            return f"一口价 {yuan(brief.price_fen)} 元"
        case Kind.BID:
            return f"公开报价，最高 {yuan(brief.price_fen)} 元"
        case Kind.EFFECT:
            return f"按效果付费，每千次播放 {yuan(brief.price_fen)} 元，封顶 {yuan(brief.ceiling_fen)} 元"


def offer_lines(offer: Offer, *, place: int | None) -> list[str]:
    """Return an offer as it stands in the list."""
    brief = offer.brief
    return [
        f"{_mark(place)} {brief.key} {brief.brand}《{brief.title}》：{price_words(brief)}，{brief.deadline.month}月{brief.deadline.day}日截止",
        f"   匹配 {offer.fit.points}/{FULL}：{'；'.join(offer.fit.reasons[:_REASONS_SHOWN])}",
    ]


def offer_facts(offer: Offer) -> Json:
    """Return an offer as facts, the points part by part."""
    brief = offer.brief
    return {
        "brief": brief.key,
        "brand": brief.brand,
        "kind": brief.kind,
        "category": brief.category,
        "price_fen": brief.price_fen,
        "ceiling_fen": brief.ceiling_fen,
        "deadline": brief.deadline.isoformat(),
        "fit": offer.fit.points,
        "parts": {part.name: part.points for part in offer.fit.parts},
    }


def order_line(row: BrandOrder, brief: BrandBrief, *, place: int | None = None) -> str:
    """Return an order as it stands in the list of one's own."""
    line = f"{_mark(place)} {row.number} {brief.brand}《{brief.title}》{yuan(row.price_fen)} 元：{OrderState(row.state).words}"
    if row.answer_by is not None:
        return f"{line}，{moment(row.answer_by)}前答复"
    if row.state == OrderState.SETTLED:
        return f"{line}，到手 {yuan(row.paid_fen - row.fee_fen)} 元（服务费 {yuan(row.fee_fen)} 元）"
    if row.held_fen and row.state in (OrderState.ACCEPTED, OrderState.REVISING):
        return f"{line}，{brief.deadline.month}月{brief.deadline.day}日前交稿"
    return line


def order_facts(row: BrandOrder, brief: BrandBrief) -> Json:
    """Return an order as facts."""
    return {
        "order_id": row.number,
        "brief": brief.key,
        "brand": brief.brand,
        "state": row.state,
        "price_fen": row.price_fen,
        "paid_fen": row.paid_fen,
        "fee_fen": row.fee_fen,
        "answer_by": row.answer_by and row.answer_by.isoformat(),
        "deadline": brief.deadline.isoformat(),
    }


def brief_lines(brief: BrandBrief) -> list[str]:
    """Return what a brief wants."""
    lines = [
        f"{brief.key} {brief.brand}《{brief.title}》",
        f"要求：{brief.wants}",
        f"价格：{price_words(brief)}",
    ]
    if brief.forbidden:
        lines.append(f"禁用说法：{'、'.join(str(each) for each in brief.forbidden)}")
    lines.append(f"{brief.deadline.month}月{brief.deadline.day}日前交稿")
    return lines


def range_words(found: Suggested | None) -> str:
    """Return what peers asked, or that too few did."""
    if found is None:
        return "同行报价的数据还不够，给不出参考价。"
    middle = found.range
    return (
        f"参考：{found.peers}的 {middle.peers} 位创作者，近半年报价中位数 {yuan(middle.median_fen)} 元，"
        f"中间一半在 {yuan(middle.low_fen)}–{yuan(middle.high_fen)} 元。"
    )


def range_facts(found: Suggested | None) -> Json | None:
    """Return the range as facts, None where there are too few."""
    if found is None:
        return None
    middle = found.range
    return {
        "low_fen": middle.low_fen,
        "median_fen": middle.median_fen,
        "high_fen": middle.high_fen,
        "peers": middle.peers,
    }


def _mark(place: int | None) -> str:
    return "·" if place is None else f"{place}."
