"""The agent's door to goods."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, Literal, assert_never

from tools.commerce.goods import queries, service, words
from tools.commerce.goods.asks import ACTION_WORDS, ASKS, NOUNS
from tools.commerce.goods.categories import CATEGORIES, LICENCES, filed_under
from tools.commerce.goods.filters import Filters, buyers_of, limits
from tools.commerce.goods.models import Product
from tools.commerce.goods.ranking import FEATURES
from tools.commerce.goods.service import Match, Matched
from tools.creators import service as creators
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Proposal, Reply, Speaker, cite
from tools.kernel.db import Json
from tools.kernel.errors import Refusal
from tools.kernel.money import yuan
from tools.kernel.period import parse_period

_POLICY: Final = "product-matching-rules"
_SHOP_POLICY: Final = "shop-rules"
_SHOWN: Final = 5
_SHOWN_RESULTS: Final = 3
_SHOWN_SHELF: Final = 10
_CODE: Final = re.compile(r"P\d{3,12}", re.ASCII)
_Action = Literal["match", "shelf", "add", "remove", "sample", "results", "dislike", "restore"]


class WhatNotToShow(Refusal):
    """Neither a kind of goods nor a product was named."""

    template = "不想看哪一类或哪一款？可以说“不想看美妆类”或“不想看 P1003”。"


class WhichProduct(Refusal):
    """No product was named."""

    template = "{deed}要选哪个商品？说商品编号（P 开头）或第几个就行。"


class CategoryUnknown(Refusal):
    """Goods are not filed under this."""

    template = "快分销没有“{text}”这一类，有食品、农资、家居、母婴、美妆、服饰、数码、宠物、运动、图书、汽车用品、珠宝。"


def product_match(
    call: Call,
    *,
    action: _Action = "match",
    product: str | None = None,
    category: str | None = None,
    price: str | None = None,
    commission: str | None = None,
    audience: str | None = None,
    period: str | None = None,
) -> Reply | Proposal:
    """Find goods to sell for a commission (快分销选品) that fit this creator, ranked with reasons (match; `price` in yuan and `commission` in percent as <80 or >20, `audience` 男性/女性/宝妈/年轻人/中老年); show the shelf (shelf), put a product on it or take it off (add, remove), ask for a free sample (sample), tell what own goods sold and earned (results), or rank a category or product lower and undo that (dislike, restore). `product` is a code like P1003, ord:2 of the list shown, or words of the title. Changes are proposed to be confirmed."""
    match action:
        case "match":
            return _match(call, product, category, price, commission, audience)
        case "shelf":
            return _shelf(call)
        case "results":
            return _results(call, period or "last_30_days")
        case "dislike" | "restore":
            return (_dislike if action == "dislike" else _restore)(call, product, category)
        case "add" | "remove" | "sample":
            return _change(call, action, product)
        case _:
            assert_never(action)


def commit(call: Call, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed, after checking everything again."""
    deed, product_id, category = payload["deed"], payload.get("product"), payload.get("category")
    assert product_id is None or isinstance(product_id, int)
    assert category is None or isinstance(category, str)
    session, creator_id, now = call.session, call.creator_id, call.now
    if deed == "restore":
        count = service.undo_dislikes(
            session, creator_id=creator_id, category=category, product_id=product_id, now=now
        )
        return Reply(text=f"好的，撤销了 {count} 条“不想看”，推荐恢复原来的排序。", facts={"undone": count})
    if deed == "dislike":
        assert category is not None
        service.dislike(session, creator_id=creator_id, category=category, product_id=product_id, now=now)
        return Reply(
            text="记下了，以后推荐里会往后排。想恢复就说“恢复推荐”。",
            facts={"category": category, "product": product_id},
            buttons=(Button("重新推荐", "推荐几个适合我的商品"), Button("恢复推荐", "恢复不想看的商品推荐")),
        )
    assert product_id is not None
    match deed:
        case "add":
            product = service.add(session, creator_id=creator_id, product_id=product_id, now=now)
            return _done(product, "已经加到橱窗", Button("看我的橱窗", "看看我的橱窗"))
        case "remove":
            product = service.remove(session, creator_id=creator_id, product_id=product_id, now=now)
            return _done(product, "已经移出橱窗", Button("看我的橱窗", "看看我的橱窗"))
        case "sample":
            row = service.request_sample(
                session, creator_id=creator_id, product_id=product_id, on=call.on, now=now
            )
            product = queries.products(session, [product_id])[product_id]
            return Reply(
                text=f"样品申请 {row.number} 已提交：{product.code}《{product.title}》。收到后 15 天内要发布带货作品或直播讲解。",
                facts={"number": row.number, "product": product.code},
                citations=_citations(call, "2.1"),
            )
        case _:
            raise AssertionError(f"nobody proposes {deed!r}")


def _match(
    call: Call, product: str | None, category: str | None, price: str | None, commission: str | None,
    audience: str | None,
) -> Reply:  # fmt: skip
    words_said = _title_words(call, product)
    # 零食 may be said as a product, and is a kind of goods.
    kind = filed_under(words_said) if words_said else None
    filters = Filters(
        words="" if kind else words_said,
        category=_category(category) if category else kind,
        price_fen=limits(price),
        commission_bp=limits(commission),
        buyers=buyers_of(audience),
    )
    found = service.match(call.session, creator_id=call.creator_id, filters=filters, on=call.on, count=_SHOWN)
    if not found.matches:
        return _nothing(call, found)
    account = creators.account(call.session, creator_id=call.creator_id)
    head = f"按{filters.said}筛出 {found.among:,} 款" if filters.said else f"在售的 {found.among:,} 款商品里"
    lines = [f"{head}，最适合你的是："]
    for place, one in enumerate(found.matches, start=1):
        lines.append(f"{place}. {words.line(one.product)}")
        if why := words.reasons(one, found.taste, content=account.category, on=call.on):
            lines.append(f"   {'；'.join(why)}")
    if found.disliked:
        lines.append(f"你说过不想看{'、'.join(found.disliked)}，已经往后排。")
    if found.taste.women_bp is None:
        lines.append("还没有你的粉丝画像，这次没按粉丝性别年龄排。")
    first = found.matches[0].product
    lines.append(f"下一步：看中哪个就说“把 {first.code} 加到橱窗”，想先试用可以申请免费样品。")
    return Reply(
        text="\n".join(lines),
        facts={
            "among": found.among,
            "filters": asdict(filters),
            "products": [_fact(one) for one in found.matches],
            "disliked": list(found.disliked),
            "shown": lines,
        },
        citations=_citations(call, "1.2", "1.3"),
        buttons=(
            Button(f"{first.code} 加到橱窗", f"把 {first.code} 加到橱窗"),
            Button(f"申请 {first.code} 样品", f"申请 {first.code} 的样品"),
            Button("佣金高于 20%", "佣金20%以上的商品有哪些"),
        ),
    )


def _nothing(call: Call, found: Matched) -> Reply:
    filters = found.filters
    wider = (
        f"{filters.category}类还有哪些货"
        if filters.category and filters.said != f"{filters.category}类"
        else "推荐几个适合我的商品"
    )
    return Reply(
        text=f"按{filters.said or '现在的条件'}没有找到在售的商品。放宽价格或佣金再找找。",
        facts={"among": 0, "filters": asdict(filters)},
        citations=_citations(call, "1.3"),
        buttons=(Button("放宽条件", wider),),
    )


def _shelf(call: Call) -> Reply:
    on_it = service.shelf(call.session, creator_id=call.creator_id)
    down = queries.taken_down(call.session, creator_id=call.creator_id, limit=_SHOWN_RESULTS)
    facts: Json = {"shelf": [one.code for one in on_it], "taken_down": [one.code for one in down]}
    lines = [f"你的橱窗有 {len(on_it)} 款商品："] if on_it else ["你的橱窗还是空的，先挑几款适合的商品。"]
    lines += [f"{place}. {words.line(one)}" for place, one in enumerate(on_it[:_SHOWN_SHELF], start=1)]
    if (more := len(on_it) - _SHOWN_SHELF) > 0:
        lines.append(f"还有 {more} 款没列出来。")
    if sold_out := [one for one in on_it if one.stock == 0]:
        lines.append(f"已经卖完：{words.names(sold_out)}，建议换掉。")
    if down:
        lines.append(
            f"因为品质退货率超过 10% 被平台下架、已移出橱窗：{words.names(down)}。已成交订单的佣金照常结算。"
        )
    facts["shown"] = lines
    return Reply(
        text="\n".join(lines),
        facts=facts,
        citations=_citations(call, "3.2") if down else (),
        buttons=(Button("推荐商品", "推荐几个适合我的商品"), Button("看带货成绩", "我橱窗的商品卖得怎么样")),
    )


def _results(call: Call, period_text: str) -> Reply:
    period = parse_period(period_text, on=call.on)
    found = service.results(call.session, creator_id=call.creator_id, period=period)
    if not found.sold:
        return Reply(
            text=f"{period.words}你的商品还没有成交，点击 {found.all_clicks:,} 次。",
            facts={"orders": 0, "clicks": found.all_clicks},
            buttons=(Button("推荐商品", "推荐几个适合我的商品"),),
        )
    earned, waiting = (
        sum(getattr(one, name) for one in found.sold) for name in ("earned_fen", "waiting_fen")
    )
    refunded = sum(one.refunded for one in found.sold)
    lines = [
        f"{period.words}成交 {found.orders:,} 单，点击 {found.all_clicks:,} 次，转化率 {words.conversion(found.orders, found.all_clicks)}。",
        f"已确认收货的佣金 {yuan(earned)} 元，等收货的 {yuan(waiting)} 元，退款 {refunded:,} 单（没有佣金）。",
    ]
    for one in found.sold[:_SHOWN_RESULTS]:
        product, clicks = found.products[one.product_id], found.clicks.get(one.product_id, 0)
        lines.append(
            f"· {product.code}《{product.title}》{one.orders:,} 单 {one.pieces:,} 件，转化率 "
            f"{words.conversion(one.orders, clicks)}，佣金 {yuan(one.earned_fen)} 元"
        )
    lines.append("佣金在确认收货、7 天无理由退货期结束之后可以提现。")
    return Reply(
        text="\n".join(lines),
        facts={
            "period": period.words,
            "orders": found.orders,
            "clicks": found.all_clicks,
            "earned_fen": earned,
            "waiting_fen": waiting,
            "refunded": refunded,
            "products": [{"code": found.products[one.product_id].code, **asdict(one)} for one in found.sold],
            "shown": lines,
        },
        citations=_citations(call, "2.3"),
        buttons=(Button("看可提现余额", "余额查询"), Button("推荐商品", "推荐几个适合我的商品")),
    )


def _add(call: Call, product: Product) -> Proposal:
    service.check_add(call.session, creator_id=call.creator_id, product=product)
    licence = LICENCES.get(product.category)
    note = f"\n{product.category}类要先报备{licence}。" if licence else ""
    return Proposal(
        summary=f"加到橱窗：{words.line(product)}。{note}\n佣金按买家下单时的比例算，发货和售后由供货商家负责。",
        payload={"deed": "add", "product": product.id},
        facts={"product": product.code},
        citations=(
            *_citations(call, "1.1", "2.2"),
            *(_citations(call, "1.2", policy=_SHOP_POLICY) if licence else ()),
        ),
    )


def _remove(call: Call, product: Product) -> Proposal:
    service.check_remove(call.session, creator_id=call.creator_id, product=product)
    return Proposal(
        summary=f"移出橱窗：{product.code}《{product.title}》。已成交订单的佣金照常结算，之后还可以再加回来。",
        payload={"deed": "remove", "product": product.id},
        facts={"product": product.code},
    )


def _sample(call: Call, product: Product) -> Proposal:
    left = service.check_sample(call.session, creator_id=call.creator_id, product=product, on=call.on)
    return Proposal(
        summary=(
            f"申请免费样品：{product.code}《{product.title}》，由{product.supplier}从{product.ships_from}寄出。\n"
            f"这个月还能申请 {left} 件（含这件）；收到后 15 天内要发布带货作品或直播讲解。"
        ),
        payload={"deed": "sample", "product": product.id},
        facts={"product": product.code, "left": left},
        citations=_citations(call, "2.1"),
    )


def _dislike(call: Call, product: str | None, category: str | None) -> Proposal:
    category = category or (None if product else _kind_said(call))
    if product is None and category is None:
        raise WhatNotToShow
    # 不想看到P1003这类: the kind is meant, not the one product.
    one = (
        service.resolve(call.session, text=product, shown=_shown(call)) if product and not category else None
    )
    kind = one.category if one else _category(category or "")
    alone = one is not None and not _said_kind(call)
    service.check_dislike(
        call.session, creator_id=call.creator_id, category=kind, product_id=one.id if one and alone else None
    )
    what = f"{one.code}《{one.title}》" if one and alone else f"{kind}类商品"
    return Proposal(
        summary=f"以后少推荐{what}：在推荐里往后排，不影响橱窗和收入，随时可以说“恢复推荐”撤销。",
        payload={"deed": "dislike", "category": kind, "product": one.id if one and alone else None},
        facts={"category": kind, "product": one.code if one and alone else None},
    )


def _restore(call: Call, product: str | None, category: str | None) -> Proposal:
    one = service.resolve(call.session, text=product, shown=_shown(call)) if product else None
    kind = _category(category) if category else None
    found = service.disliked(
        call.session, creator_id=call.creator_id, category=kind, product_id=one and one.id
    )
    return Proposal(
        summary=f"撤销 {len(found)} 条“不想看”，推荐恢复原来的排序。",
        payload={"deed": "restore", "category": kind, "product": one and one.id},
        facts={"undone": len(found)},
    )


def _done(product: Product, deed: str, button: Button) -> Reply:
    return Reply(
        text=f"{product.code}《{product.title}》{deed}。", facts={"product": product.code}, buttons=(button,)
    )


def _change(call: Call, deed: Literal["add", "remove", "sample"], text: str | None) -> Proposal:
    if text is None or not text.strip():
        raise WhichProduct(deed={"add": "加到橱窗", "remove": "移出橱窗", "sample": "申请样品"}[deed])
    product = service.resolve(call.session, text=text, shown=_shown(call))
    return {"add": _add, "remove": _remove, "sample": _sample}[deed](call, product)


def _shown(call: Call) -> tuple[str, ...]:
    """Return the codes of the list that the creator saw last."""
    for one in reversed(call.transcript):
        if one.speaker is Speaker.ASSISTANT and (
            codes := re.findall(r"^\d+\. (P\d{3,12})", one.text, re.MULTILINE)
        ):
            return tuple(codes)
    return ()


def _said_kind(call: Call) -> bool:
    return bool(call.transcript) and bool(re.search(r"这类|这种|同类|这一类", call.transcript[-1].text))


def _kind_said(call: Call) -> str | None:
    """Return the kind of goods that the creator's own words name: a denied one is no filter to a model."""
    said = call.transcript[-1].text if call.transcript else ""
    return next((kind for kind in CATEGORIES if kind in said), None)


def _category(text: str) -> str:
    if (kind := filed_under(text.removesuffix("类"))) is None:
        raise CategoryUnknown(text=text[:12])
    return kind


def _title_words(call: Call, product: str | None) -> str:
    """Return the words of a title that are looked for; a product that was picked is looked for by its own."""
    text = (product or "").strip()
    if text.startswith("ord:") or _CODE.fullmatch(text.upper()):
        return service.resolve(call.session, text=text, shown=_shown(call)).title
    return text.removeprefix("title:")


def _fact(one: Match) -> Json:
    product = one.product
    return {
        "code": product.code,
        "title": product.title,
        "category": product.category,
        "price_fen": product.price_fen,
        "commission_bp": product.commission_bp,
        "stock": product.stock,
        "samples": product.samples,
        "refund_bp": product.refund_bp,
        "orders": one.orders,
        "peer_orders": one.peer_orders,
        "peer_creators": one.peer_creators,
        "score": round(one.score, 4),
        "parts": dict(zip(FEATURES, (round(part, 4) for part in one.parts), strict=True)),
    }


def _citations(call: Call, *clauses: str, policy: str = _POLICY) -> tuple[Citation, ...]:
    found = (call.policies.clause(policy, clause, on=call.on) for clause in clauses)
    return tuple(cite(clause) for clause in found if clause is not None)


TOOL = AgentTool(product_match, asks=ASKS, nouns=NOUNS, actions=ACTION_WORDS, commit=commit)
