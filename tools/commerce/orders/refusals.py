"""The noes of brand orders, as creators read them."""

from tools.kernel.errors import Refusal


class OrderUnknown(Refusal):
    """No such order or brief for this creator; another creator's order looks exactly the same."""

    template = "没有找到“{reference}”这个商单。说“我的商单”看看你手上的，或者“有没有商单能接”看可以接的。"


class WhichOrder(Refusal):
    """Several orders may be meant."""

    template = "你说的是哪一单？{choices}。回复编号就行，例如“{example}”。"


class NoOrderWaits(Refusal):
    """There is none that this could be done to."""

    template = "现在没有{what}的商单。说“我的商单”可以看全部进度。"


class NotForYou(Refusal):
    """The platform's or the brief's conditions are not met."""

    template = "现在还不能接这单：{gaps}。"


class BriefClosed(Refusal):
    """The brief can't be taken any more."""

    template = "{brand}的这单已经截止了，看看别的商单吧。"


class QuotedAlready(Refusal):
    """There is an order on this brief already."""

    template = "这单你已经有了：{number}（{state}），不用重复报名。"


class PriceNeeded(Refusal):
    """A bid needs a price."""

    template = "这单是公开报价，说一下你的价格，例如“{key} 报价 {example} 元”。{range}"


class PriceTooHigh(Refusal):
    """The quote is above what the brief allows."""

    template = "这单的报价上限是 {most} 元，你报的 {asked} 元超过了，调低一点再报。"


class PriceIsFixed(Refusal):
    """The brief takes no quotes."""

    template = "这单是{kind}，价格固定为 {price} 元，不用报价，直接报名就行。"


class QuotedTooOften(Refusal):
    """A quote may be changed twice (brand-orders-rules 1.2)."""

    template = "报价最多调整 2 次，{number} 已经用完了。"


class TooLate(Refusal):
    """The time to answer is over."""

    template = "{number} 的答复时间已过（{limit}截止），订单已自动取消，不影响账号。"


class BudgetGone(Refusal):
    """Others were quicker."""

    template = "{brand}的预算已经被接完了，这单接不了。看看别的商单吧。"


class AcceptingPaused(Refusal):
    """Too many accepted orders were given back (brand-orders-rules 2.1)."""

    template = "你近 30 天取消了 {count} 次已接的商单，接单暂停到 {until}。"


class WrongTime(Refusal):
    """Not possible for the order in its state."""

    template = "{number} 现在是“{state}”，不能{what}。"


class WorkNotOfOrder(Refusal):
    """The work was published before the order was accepted, or serves another order."""

    template = "《{title}》{reason}，换一条再交稿。"


class ForbiddenWording(Refusal):
    """The title says what the brand forbids."""

    template = "标题里有品牌禁用的说法：{words}。改掉再交稿，免得被退回。"
