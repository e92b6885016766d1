"""Programme files and rules that the tests write themselves."""

from dataclasses import replace
from datetime import date

from tools.creators.fact_words import FACTS
from tools.kernel.rules.rule import read_rule
from tools.kernel.rules.ways import Reference, ways_of
from tools.payout.programs import Alternative, Eligibility, Reward, Step, Term

RULE = Reference("guanghe-plan-rules", "1.1")

VALID = """\
id: sample
place: 1
name: 样例计划
also_called: [样例]
about: 一句话介绍
domains: []
policies: [guanghe-plan]
budget: {pool: sample, cash_yuan: "1,000.50", impressions: 5000, per: year}
terms:
  - from: 2022-01-01
    until: 2022-07-29
    eligibility:
      rule: |
        followers >= 10000
        && (shop_opened || real_name_verified)
      ways: [有小店, 有实名]
      clauses:
        - {rule: followers >= 10000, policy: guanghe-plan-rules, clause: "1.1"}
        - {rule: shop_opened, policy: guanghe-plan-rules, clause: "1.2"}
        - {rule: real_name_verified, policy: guanghe-plan-rules, clause: "1.3"}
    rewards:
      - {words: 现金, cash_yuan: "5", policy: guanghe-plan-rules, clause: "2.3"}
    step: {words: 去申请, policy: guanghe-plan-rules, clause: "2.1"}
  - from: 2022-07-29
    until: null
    eligibility:
      rule: "true"
      ways: [所有人]
      clauses: []
    rewards:
      - {words: 现金, policy: guanghe-plan-rules, clause: "2.3"}
    step: {words: 去申请, policy: guanghe-plan-rules, clause: "2.1"}
    tasks:
      - {id: live-2h, name: 开播2小时, stage: growth, metric: live_seconds, goal: 7200, days: 7, cash_fen: 500, impressions: 1000, who: "live_seconds_30d >= 0", policy: [guanghe-plan-rules, "2.2"]}
    caps:
      - {per: month, cash_yuan: "500", policy: guanghe-plan-rules, clause: "2.5"}
    screening:
      - {id: look, words: 看一看, days: 10, working_days: true, policy: guanghe-plan-rules, clause: "2.1"}
shares:
  - version: 1
    from: 2022-03-01
    until: 2022-08-01
    episodes: {least: 10, policy: drama-revenue-rules, clause: "1.1"}
    days: {first: 90, policy: drama-revenue-rules, clause: "3.4"}
    prices: {yuan_per_thousand: {S+: "20", A: "8.50"}, policy: drama-revenue-rules, clause: "3.1"}
    effective_play: {seconds: 5, times_a_day: 1, policy: drama-revenue-rules, clause: "3.2"}
  - version: 2
    from: 2022-08-01
    until: null
    episodes: {least: 5, policy: drama-revenue-rules, clause: "1.1"}
    days: {first: 180, policy: drama-revenue-rules, clause: "3.4"}
    prices: {yuan_per_thousand: {P: "5"}, policy: drama-revenue-rules, clause: "3.1"}
    effective_play: {seconds: 5, times_a_day: 1, policy: drama-revenue-rules, clause: "3.2"}
"""


def a_term(text: str) -> Term:
    """Return a term whose eligibility is this rule; every clause rests on the same policy clause."""
    rule = read_rule(text, FACTS)
    return Term(
        starts_on=date(2022, 1, 1),
        ends_on=None,
        eligibility=Eligibility(
            rule,
            tuple(
                Alternative(f"第{number}条路", tuple(replace(clause, reference=RULE) for clause in way))
                for number, way in enumerate(ways_of(rule), start=1)
            ),
        ),
        rewards=(Reward("现金", RULE),),
        step=Step("去申请", RULE),
    )
