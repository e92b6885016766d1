"""Programme files and rules that the tests write themselves."""

from datetime import date

from tools.payout.facts import Fact
from tools.payout.programs import Alternative, Reference, Requirement, Reward, Step, Term

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
      - name: 万粉以上
        clauses:
          - {fact: followers, at_least: 10000, policy: guanghe-plan-rules, clause: "1.1"}
    rewards:
      - {words: 现金, cash_yuan: "5", policy: guanghe-plan-rules, clause: "2.3"}
    step: {words: 去申请, policy: guanghe-plan-rules, clause: "2.1"}
  - from: 2022-07-29
    until: null
    eligibility:
      - name: 所有人
        clauses: []
    rewards:
      - {words: 现金, policy: guanghe-plan-rules, clause: "2.3"}
    step: {words: 去申请, policy: guanghe-plan-rules, clause: "2.1"}
"""


def at_least(fact: Fact, bound: int) -> Requirement:
    return Requirement(fact, bound, None, RULE)


def at_most(fact: Fact, bound: int) -> Requirement:
    return Requirement(fact, None, bound, RULE)


def a_term(*ways: tuple[Requirement, ...]) -> Term:
    return Term(
        starts_on=date(2022, 1, 1),
        ends_on=None,
        eligibility=tuple(
            Alternative(f"第{number}条路", clauses) for number, clauses in enumerate(ways, start=1)
        ),
        rewards=(Reward("现金", RULE),),
        step=Step("去申请", RULE),
    )
