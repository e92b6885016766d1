"""Every detector, and the diagnosis that they make together."""

from dataclasses import dataclass

from tools.creators.detectors import (
    category_drift,
    diluted_posting,
    duplicate_content,
    falling_completion,
    falling_plays,
    few_strangers,
    follower_loss,
    held_back_works,
    income_below_peers,
    interaction_without_follows,
    live_gap,
    low_comments,
    low_follower_views,
    low_interaction,
    low_shares,
    one_work,
    penalties,
    posting_gap,
    rare_posting,
    slow_growth,
    unused_hours,
    video_length,
    visits_without_follows,
    weak_hook,
)
from tools.creators.detectors.facts import AccountFacts
from tools.creators.detectors.finding import Finding

DETECTORS = (
    falling_plays.DETECTOR,
    held_back_works.DETECTOR,
    penalties.DETECTOR,
    follower_loss.DETECTOR,
    posting_gap.DETECTOR,
    live_gap.DETECTOR,
    falling_completion.DETECTOR,
    weak_hook.DETECTOR,
    duplicate_content.DETECTOR,
    category_drift.DETECTOR,
    diluted_posting.DETECTOR,
    low_follower_views.DETECTOR,
    few_strangers.DETECTOR,
    low_interaction.DETECTOR,
    interaction_without_follows.DETECTOR,
    visits_without_follows.DETECTOR,
    slow_growth.DETECTOR,
    one_work.DETECTOR,
    rare_posting.DETECTOR,
    video_length.DETECTOR,
    unused_hours.DETECTOR,
    low_comments.DETECTOR,
    low_shares.DETECTOR,
    income_below_peers.DETECTOR,
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings, worst first, and what could not be judged for lack of data."""

    findings: tuple[Finding, ...]
    unjudged: tuple[str, ...]


def diagnose(facts: AccountFacts) -> Diagnosis:
    """Return what the detectors found, worst first; of equals, in the order of the registry."""
    judged = [detector for detector in DETECTORS if detector.enough(facts)]
    findings = [finding for detector in judged if (finding := detector.evaluate(facts))]
    unjudged = tuple(detector.subject for detector in DETECTORS if detector not in judged)
    return Diagnosis(tuple(sorted(findings, key=lambda finding: finding.rank)), unjudged)
