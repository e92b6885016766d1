"""Diagnosis alerts: what a creator should hear of their account without asking, at most once a week for each kind."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tools.creators import service as creators
from tools.creators.detectors import falling_plays, follower_loss, held_back_works, penalties
from tools.creators.detectors.finding import Finding, Severity
from tools.creators.detectors.service import account_facts
from tools.kernel.agent_tool import Button
from tools.kernel.db import Database
from tools.kernel.period import PLATFORM_ZONE, last_days
from tools.notices import queries, service
from tools.notices.topics import Topic

# What costs plays and followers themselves; habits and the like are told when asked.
ALERTING: Final = (
    follower_loss.DETECTOR,
    falling_plays.DETECTOR,
    held_back_works.DETECTOR,
    penalties.DETECTOR,
)
_DAYS: Final = 7
_AT_ONCE: Final = 50


def look_at_accounts(database: Database, now: datetime) -> None:
    """Leave an alert for every creator with a linked messenger whose account got clearly worse; again, nothing is new."""
    after = 0
    while True:
        with database.reading() as session:
            found = creators.linked_creators(session, after=after, limit=_AT_ONCE)
            alerts = {creator: alerts_of(session, creator_id=creator, now=now) for creator in found}
        if not found:
            return
        if any(alerts.values()):
            with database.writing() as session:
                for creator, findings in alerts.items():
                    _leave(session, creator, findings, now=now)
        after = found[-1]


def alerts_of(session: Session, *, creator_id: int, now: datetime) -> list[Finding]:
    """Return what the creator should hear of, worst first: severe or middling, from at least some days of figures."""
    on = now.astimezone(PLATFORM_ZONE).date()
    last = creators.last_day_with_figures(session, creator_id=creator_id, on=on)
    muted = queries.muted(session, creators=[creator_id])
    # Figures of the day before yesterday are a stopped import, not news; and who does not want to hear is not looked at.
    if (
        last is None
        or last < on - timedelta(days=2)
        or any(row.topic == Topic.DIAGNOSIS.value for row in muted)
    ):
        return []
    account = creators.account(session, creator_id=creator_id)
    facts = account_facts(session, account, window=last_days(_DAYS, on=last + timedelta(days=1)))
    judged = (detector.evaluate(facts) for detector in ALERTING if detector.enough(facts))
    found = [finding for finding in judged if finding and finding.severity is not Severity.LOW]
    return sorted(found, key=lambda finding: finding.rank)


def _leave(session: Session, creator: int, findings: list[Finding], *, now: datetime) -> None:
    week = now.astimezone(PLATFORM_ZONE).date().isocalendar()
    for finding in findings:
        service.leave(
            session,
            creator_id=creator,
            topic=Topic.DIAGNOSIS,
            text=f"最近 {_DAYS} 天{finding.title}：{finding.words(finding.statement)}。"
            f"建议：{finding.words(finding.next_step)}。",
            dedupe_key=f"diagnosis:{finding.kind}:{week.year}-{week.week}:{creator}",
            buttons=(Button("看账号诊断", "帮我诊断一下账号"),),
            now=now,
        )
