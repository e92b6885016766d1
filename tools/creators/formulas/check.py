"""Whether a formula makes sense: units that can be added, days that can be counted, a price that can be paid."""

from tools.creators.formulas.measures import BY_MEASURE
from tools.creators.formulas.tree import (
    Binary,
    Extreme,
    FormulaError,
    Growth,
    Negative,
    Node,
    Number,
    Of,
    Over,
    Sign,
    Window,
    children,
    measures,
    reach,
    written,
)
from tools.creators.formulas.units import RATIO, Dimension, multiplied, said

# Statistics read every day of theirs; together that many, so that no formula is slow.
_MOST_DAYS = 180
_LONGEST_REACH = 400
_DEEPEST_STATISTICS = 2


def check(node: Node, *, text: str) -> None:
    """Raise FormulaError with the place in the text where the formula makes no sense."""
    dimension(node, text=text)
    _check_levels(node, text=text, inside=False)
    if reach(node) > _LONGEST_REACH:
        raise FormulaError(f"套起来一共要往前看 {reach(node)} 天，最多 {_LONGEST_REACH} 天", text="", at=0)
    if _days_read(node) > _MOST_DAYS or _deep(node) > _DEEPEST_STATISTICS:
        reason = f"平均、最大这类统计最多套 {_DEEPEST_STATISTICS} 层，天数加起来不超过 {_MOST_DAYS} 天"
        raise FormulaError(reason, text="", at=0)


def dimension(node: Node, *, text: str = "") -> Dimension | None:
    """Return the unit of a formula; None for a plain number, which goes with any unit.

    Raises FormulaError where units do not fit.
    """
    match node:
        case Number(_, percent):
            return RATIO if percent else None
        case Of(measure):
            return BY_MEASURE[measure].dimension
        case Negative(of) | Window(_, of) | Over(_, _, of):
            return dimension(of, text=text)
        case Growth(_, of):
            dimension(of, text=text)
            return RATIO
        case Extreme(_, items):
            found = [dimension(item, text=text) for item in items]
            units = [one for one in found if one is not None]
            for one in units:
                if one != units[0]:
                    reason = f"不能比较{said(units[0])}和{said(one)}，单位不一样"
                    raise FormulaError(reason, text=text, at=node.at, end=node.end)
            return units[0] if units else None
        case Binary():
            return _of_binary(node, text=text)


def _of_binary(node: Binary, *, text: str) -> Dimension | None:
    left, right = dimension(node.left, text=text), dimension(node.right, text=text)
    if node.sign in (Sign.PLUS, Sign.MINUS):
        if left is not None and right is not None and left != right:
            deed = "加到" if node.sign is Sign.PLUS else "从"
            reason = f"“{written(node.left)}”的单位是{said(left)}，“{written(node.right)}”的单位是{said(right)}，单位不同不能相{'加' if deed == '加到' else '减'}"
            raise FormulaError(reason, text=text, at=node.at, end=node.end)
        return right if left is None else left
    if left is None and right is None:
        return None
    found = multiplied(left or RATIO, right or RATIO, by=1 if node.sign is Sign.TIMES else -1)
    if found is None:
        raise FormulaError("乘起来的单位没有意义，同一种单位最多乘两次", text=text, at=node.at, end=node.end)
    return found


def _check_levels(node: Node, *, text: str, inside: bool) -> None:
    """Followers stand at the end of a day: adding up days of them counts the same people again."""
    if inside and isinstance(node, Of) and BY_MEASURE[node.measure].level:
        name = BY_MEASURE[node.measure].name
        reason = (
            f"{name}是每天结束时的总数，不能按天累加；看变化用 增长({name}, 7天)，看平均用 平均({name}, 7天)"
        )
        raise FormulaError(reason, text=text, at=node.at, end=node.end)
    for child in children(node):
        # A statistic reads day by day; only a window adds up.
        _check_levels(
            child, text=text, inside=isinstance(node, Window) or (inside and not isinstance(node, Over))
        )


def _days_read(node: Node) -> int:
    own = node.days if isinstance(node, Over) else 0
    return own + sum(_days_read(child) for child in children(node))


def _deep(node: Node) -> int:
    own = 1 if isinstance(node, Over | Growth) else 0
    return own + max((_deep(child) for child in children(node)), default=0)


def per(node: Node) -> int:
    """Return what a rate is told for: 1000 of 涨粉 ÷ 播放 × 1000, which is so many for a thousand plays; 1 otherwise."""
    match node:
        case Binary(Sign.TIMES, of, Number(value, False)) | Binary(Sign.TIMES, Number(value, False), of):
            if value.denominator == 1 and value > 1 and measures(of):
                return int(value)
        case Window(_, of) | Over(_, _, of):
            return per(of)
        case Binary(Sign.DIVIDED, Binary(Sign.TIMES, of, Number(value, False)), below) if (
            value.denominator == 1
        ):
            return int(value) if value > 1 and measures(of) and measures(below) else 1
        case _:
            return 1
    return 1
