"""The demo's own metrics: two for each account with a story, and an alert that has fired."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from tools.creators.demo_accounts import ACCOUNTS
from tools.creators.formulas import queries, service
from tools.creators.formulas.alerts import Comparison, Threshold
from tools.creators.queries import ids_of_handles
from tools.kernel.period import PLATFORM_ZONE

_METRICS = (("周均播放量", "平均(播放, 7天)"), ("掉粉占比", "掉粉/涨粉"))
_WATCHED = "掉粉占比"
# Half of the new followers: for a healthy account an unusual day.
_BOUND = Threshold(Comparison.MORE, Fraction(1, 2))
_ALL = 1_000


def load(session: Session, *, on: date) -> None:
    """Store the metrics of the demo's accounts, watched for a week before `on`; once there, they stay as they are."""
    ids = ids_of_handles(session, [account.handle for account in ACCOUNTS])
    now = datetime.combine(on, time(10, 20), PLATFORM_ZONE)
    for creator_id in ids.values():
        if queries.metrics(session, creator_id=creator_id):
            continue
        for name, formula in _METRICS:
            service.save(session, creator_id=creator_id, name=name, formula=formula, now=now)
        service.set_alert(
            session, creator_id=creator_id, name=_WATCHED, threshold=_BOUND, on=on - timedelta(days=7)
        )
    service.look_at_alerts(session, on=on, now=now, after=0, limit=_ALL)
