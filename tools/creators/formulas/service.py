"""What can be done with custom metrics: read them, try a formula, save, rename, delete, set an alert, look at alerts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from fractions import Fraction
from unicodedata import normalize

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.formulas import queries
from tools.creators.formulas.alerts import Comparison, Threshold
from tools.creators.formulas.evaluate import Absent, Evaluation, Figures, Value
from tools.creators.formulas.measures import BY_MEASURE, WORDS, Measure, Source
from tools.creators.formulas.models import CustomMetric, FiredAlert, MetricAlert
from tools.creators.formulas.parse import FUNCTIONS, parse
from tools.creators.formulas.presets import preset_called, preset_nodes
from tools.creators.formulas.shown import value_text
from tools.creators.formulas.tree import FormulaError, Node, has_days, measures, reach, written
from tools.creators.work_refs import WorkSummary
from tools.kernel.errors import Refusal
from tools.kernel.period import Period, last_days

# Policy custom-metrics-rules 1.2 and 1.3.
MOST_METRICS = 20
LONGEST_NAME = 10
DAYS_BACK = 90
_FIRED_DAYS = 7
# Figures that come late are still looked at within these days.
_CATCH_UP_DAYS = 7


class MetricUnknown(Refusal):
    """The creator has no metric of this name."""

    template = "你没有叫“{name}”的指标。{hint}"


class NameUnfit(Refusal):
    """A name that a metric cannot have."""

    template = "指标不能叫“{name}”：{reason}。"


class NameTaken(Refusal):
    """Another of the creator's metrics has the name."""

    template = "你已经有一个叫“{name}”的指标了，换个名字，或者先删掉它。"


class TooManyMetrics(Refusal):
    """The creator has as many metrics as an account may have."""

    template = "自定义指标最多 {most} 个，你已经有 {most} 个，先删掉一个再建。"


class NotByWork(Refusal):
    """A formula with figures that only the account has, asked for one work."""

    template = "“{names}”只有账号的数据，没有单条作品的；涨粉可以换成“作品涨粉”。"


@dataclass(frozen=True, slots=True)
class Metric:
    """A formula under a name; `id` is None for a preset or a formula that is only tried."""

    name: str
    node: Node
    id: int | None = None
    threshold: Threshold | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A day on which an alert fired, in the words of that day."""

    id: int
    creator_id: int
    metric: str
    day: date
    value: str
    bound: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A metric by day; `whole` is its value over all the days together, None where the formula says its own days."""

    period: Period
    values: tuple[tuple[date, Value], ...]
    whole: Value | None

    @property
    def last(self) -> tuple[date, Value]:
        """The last day and its value."""
        return self.values[-1]


def own_metrics(session: Session, *, creator_id: int) -> list[Metric]:
    """Return the creator's metrics, oldest first."""
    return [
        Metric(row.name, parse(row.formula, named={}), row.id, _threshold(alert) if alert else None)
        for row, alert in queries.metrics(session, creator_id=creator_id)
    ]


def nodes_by_name(own: Sequence[Metric]) -> Mapping[str, Node]:
    """Return all that a formula may name beside measures: presets, and the creator's own before them."""
    return {**preset_nodes(), **{_key(metric.name): metric.node for metric in own}}


def metric_called(own: Sequence[Metric], name: str) -> Metric:
    """Return the creator's metric of that name, else the preset, else the plain measure. Raises MetricUnknown."""
    key = _key(name)
    for metric in own:
        if _key(metric.name) == key:
            return metric
    if preset := preset_called(key):
        return Metric(preset.name, preset_nodes()[preset.name])
    if measure := WORDS.get(key):
        return Metric(BY_MEASURE[measure].name, parse(key, named={}))
    raise MetricUnknown(name=name.strip()[: LONGEST_NAME * 2], hint=_hint(key, own))


def checked_name(name: str) -> str:
    """Return the name as it is stored. Raises NameUnfit."""
    plain = normalize("NFKC", name).strip()
    shown = plain[: LONGEST_NAME * 2]
    if not plain or len(plain) > LONGEST_NAME:
        raise NameUnfit(name=shown, reason=f"名称要有 1 到 {LONGEST_NAME} 个字")
    if not all(letter.isalnum() or letter == "_" for letter in plain) or plain.isdigit():
        raise NameUnfit(name=shown, reason="名称只用汉字、字母和数字，且不能全是数字")
    if plain.lower() in WORDS or plain.lower() in FUNCTIONS:
        raise NameUnfit(name=shown, reason="这是平台数据或函数的名字，会和公式混在一起")
    return plain


def check_room(own: Sequence[Metric]) -> None:
    """Raise TooManyMetrics when one more would be too many."""
    if len(own) >= MOST_METRICS:
        raise TooManyMetrics(most=MOST_METRICS)


def check_free(own: Sequence[Metric], name: str) -> None:
    """Raise NameTaken when one of the metrics has the name."""
    if any(_key(metric.name) == _key(name) for metric in own):
        raise NameTaken(name=name)


def curve(session: Session, *, creator_id: int, node: Node, asked: Period, on: date) -> Curve | None:
    """Return the formula's values on the days of the period with figures, of the last 90; None when there are none."""
    last_day = creators.last_day_with_figures(session, creator_id=creator_id, on=min(on, asked.ends_on))
    first_day = max(asked.starts_on, on - timedelta(days=DAYS_BACK))
    if last_day is None or last_day < first_day:
        return None
    ends_on = last_day + timedelta(days=1)
    read = Period(min(first_day, ends_on - timedelta(days=1)) - timedelta(days=reach(node)), ends_on, "")
    figures = queries.figures(session, creator_ids=[creator_id], measures=measures(node), period=read)[
        creator_id
    ]
    return _curve(node, figures, Period(first_day, ends_on, asked.words))


def curve_of_work(session: Session, *, work: WorkSummary, node: Node, on: date) -> Curve | None:
    """Return the formula's values for one work on each of its days; None when it has no figures yet.

    Raises NotByWork for figures that only the account has.
    """
    foreign = [one for one in Measure if one in measures(node) and BY_MEASURE[one].source is not Source.WORKS]
    if foreign:
        raise NotByWork(names="、".join(BY_MEASURE[one].name for one in foreign))
    figures = queries.figures_of_work(
        session, work_id=work.id, measures=measures(node), period=last_days(DAYS_BACK, on=on)
    )
    if not figures.days:
        return None
    first, last = min(figures.days), max(figures.days)
    # A day on which nobody saw the work has no row: within its life that is 0, not missing.
    life = frozenset(first + timedelta(days=place) for place in range((last - first).days + 1))
    whole = Figures(life, figures.counts)
    return _curve(node, whole, Period(first, last + timedelta(days=1), "发布以来"))


def _curve(node: Node, figures: Figures, period: Period) -> Curve | None:
    first = min(figures.days, default=None)
    if first is None:
        return None
    shown = Period(max(period.starts_on, first), period.ends_on, period.words)
    evaluation = Evaluation(node, figures)
    days = [shown.starts_on + timedelta(days=place) for place in range(shown.days)]
    whole = None if has_days(node) or shown.days == 1 else evaluation.over(shown.last_day, days=shown.days)
    return Curve(shown, tuple((day, evaluation.on(day)) for day in days), whole)


def save(session: Session, *, creator_id: int, name: str, formula: str, now: datetime) -> Metric:
    """Keep the formula under the name; one that was there gets the new formula and loses its alert.

    Raises NameUnfit, TooManyMetrics and FormulaError.
    """
    name = checked_name(name)
    existing = queries.metric_names(session, creator_id=creator_id)
    own = own_metrics(session, creator_id=creator_id)
    node = parse(formula, named=nodes_by_name(own))
    row = queries.metric_named(session, creator_id=creator_id, key=_key(name))
    if row is None:
        if len(existing) >= MOST_METRICS:
            raise TooManyMetrics(most=MOST_METRICS)
        row = CustomMetric(
            creator_id=creator_id, name=name, name_key=_key(name), formula=written(node), created_at=now
        )
        session.add(row)
    elif row.formula != written(node):
        row.formula = written(node)
        # A bound on the old formula says nothing of the new one.
        clear_alert(session, metric_id=row.id)
    session.flush()
    return Metric(name, node, row.id)


def rename(session: Session, *, creator_id: int, name: str, new_name: str) -> Metric:
    """Give the metric another name. Raises MetricUnknown, NameUnfit and NameTaken."""
    row = _row(session, creator_id=creator_id, name=name)
    new_name = checked_name(new_name)
    taken = queries.metric_named(session, creator_id=creator_id, key=_key(new_name))
    if taken is not None and taken.id != row.id:
        raise NameTaken(name=new_name)
    row.name, row.name_key = new_name, _key(new_name)
    session.flush()
    return Metric(new_name, parse(row.formula, named={}), row.id)


def delete(session: Session, *, creator_id: int, name: str) -> str:
    """Delete the metric with its alert and what fired, and return its name. Raises MetricUnknown."""
    row = _row(session, creator_id=creator_id, name=name)
    session.delete(row)
    session.flush()
    return row.name


def set_alert(session: Session, *, creator_id: int, name: str, threshold: Threshold, on: date) -> Metric:
    """Watch the metric from the day before `on`, in place of the alert it had. Raises MetricUnknown."""
    row = _row(session, creator_id=creator_id, name=name)
    alert = session.get(MetricAlert, row.id)
    if alert is None:
        alert = MetricAlert(metric_id=row.id)
        session.add(alert)
    alert.comparison, alert.threshold = threshold.comparison.value, str(threshold.value)
    alert.evaluated_until = on - timedelta(days=1)
    session.flush()
    return Metric(row.name, parse(row.formula, named={}), row.id, threshold)


def clear_alert(session: Session, *, metric_id: int) -> bool:
    """Watch the metric no longer; False when nobody did."""
    alert = session.get(MetricAlert, metric_id)
    if alert is None:
        return False
    session.delete(alert)
    session.flush()
    return True


def fired_lately(session: Session, *, creator_id: int, on: date) -> list[Fired]:
    """Return what fired in the seven days before `on`, newest first."""
    rows = queries.fired(session, creator_id=creator_id, period=last_days(_FIRED_DAYS, on=on))
    return [Fired(row.id, row.creator_id, name, row.day, row.value, row.bound) for row, name in rows]


def unreadable(session: Session) -> Iterator[tuple[int, str, str]]:
    """Yield id, name and formula of the metrics whose stored formula is not what its tree prints."""
    for metric_id, name, formula in queries.all_formulas(session):
        try:
            readable = written(parse(formula, named={})) == formula
        except FormulaError:
            readable = False
        if not readable:
            yield metric_id, name, formula


def look_at_alerts(session: Session, *, on: date, now: datetime, after: int, limit: int) -> int | None:
    """Evaluate the next alerts for every day before `on` that has come, and store what fired, once a day.

    Returns the last metric looked at, to go on after it; None when all were. A day whose figures have not come
    is left for the next run, for a week. Running again stores nothing twice.
    """
    due = queries.alerts_due(session, before=on - timedelta(days=1), after=after, limit=limit)
    if not due:
        return None
    span = last_days(_CATCH_UP_DAYS, on=on)
    nodes = {metric.id: parse(metric.formula, named={}) for metric, _ in due}
    figures = _figures_for(session, [metric for metric, _ in due], nodes, span)
    known = queries.fired_days(session, metric_ids=list(nodes), period=span)
    for metric, alert in due:
        evaluation = Evaluation(nodes[metric.id], figures[metric.creator_id])
        for row in _fired(metric, alert, nodes[metric.id], evaluation, span):
            if (metric.id, row.day) not in known:
                row.fired_at = now
                session.add(row)
    session.flush()
    return due[-1][0].id


def _figures_for(
    session: Session, metrics: Sequence[CustomMetric], nodes: Mapping[int, Node], span: Period
) -> dict[int, Figures]:
    longest = max(reach(node) for node in nodes.values())
    wanted = frozenset[Measure]().union(*(measures(node) for node in nodes.values()))
    read = Period(span.starts_on - timedelta(days=longest), span.ends_on, "")
    ids = {metric.creator_id for metric in metrics}
    return queries.figures(session, creator_ids=ids, measures=wanted, period=read)


def _fired(
    metric: CustomMetric, alert: MetricAlert, node: Node, evaluation: Evaluation, span: Period
) -> list[FiredAlert]:
    """Return what fired on the days since the alert was last evaluated, and note that they were."""
    threshold, rows = _threshold(alert), list[FiredAlert]()
    day = max(alert.evaluated_until + timedelta(days=1), span.starts_on)
    while day < span.ends_on:
        value = evaluation.on(day)
        if value is Absent.NO_FIGURES:
            break
        if threshold.crossed_by(value):
            rows.append(
                FiredAlert(
                    metric_id=metric.id,
                    creator_id=metric.creator_id,
                    day=day,
                    value=value_text(value, node),
                    bound=threshold.words(node),
                )
            )
        alert.evaluated_until = day
        day += timedelta(days=1)
    return rows


def _row(session: Session, *, creator_id: int, name: str) -> CustomMetric:
    row = queries.metric_named(session, creator_id=creator_id, key=_key(name))
    if row is None:
        own = own_metrics(session, creator_id=creator_id)
        raise MetricUnknown(name=name.strip()[: LONGEST_NAME * 2], hint=_hint(_key(name), own))
    return row


def _threshold(alert: MetricAlert) -> Threshold:
    return Threshold(Comparison(alert.comparison), Fraction(alert.threshold))


def _hint(key: str, own: Sequence[Metric]) -> str:
    names = {_key(metric.name): metric.name for metric in own}
    near = get_close_matches(key, [*names, *preset_nodes()], n=1)
    if near:
        return f"你是说“{names.get(near[0], near[0])}”吗？"
    if own:
        return f"你有的是：{'、'.join(metric.name for metric in own)}。"
    return "说“建个指标 名字=公式”就能建，比如“建个指标 千播涨粉=涨粉/播放*1000”。"


def _key(name: str) -> str:
    return normalize("NFKC", name).strip().lower()
