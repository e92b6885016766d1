"""Which programmes there are, which of them this creator qualifies for, and what is missing."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.db import Json
from tools.kernel.rules.explain import ClauseVerdict, WayVerdict
from tools.kernel.rules.ways import Reference
from tools.payout import service
from tools.payout.eligibility import clause_words, gap_words
from tools.payout.program_files import packaged_programs
from tools.payout.programs import Program, Term, find_program
from tools.payout.service import Standing

_SUGGESTIONS = 3


def incentive_programs(
    call: Call,
    *,
    action: Literal["list", "eligibility"] = "list",
    program: str | None = None,
    category: str | None = None,
) -> Reply:
    """List the incentive programmes in force today (光合计划, 光合优创, 快手之星, 直播激励, 短剧分账, 青云计划, growth tasks) or, with action eligibility, explain whether this creator qualifies and what is still missing; `program` is an id or Chinese name, `category` the field such as 美食 or 直播."""
    standings = service.standing(call.session, creator_id=call.creator_id, on=call.on)
    if program is not None and program.strip():
        wanted = find_program(packaged_programs(), program)
        return _explanation(call, next(item for item in standings if item.program == wanted))
    open_now, note = _of_category([item for item in standings if item.term], category)
    if action == "eligibility":
        return _overview(call, open_now, note=note)
    return _listing(call, open_now, note=note)


def _of_category(standings: Sequence[Standing], category: str | None) -> tuple[list[Standing], str]:
    """Return the programmes open to a category, its own first, and a remark where it has none of its own."""
    wanted = "".join((category or "").split())
    if not wanted:
        return list(standings), ""
    own = [
        item for item in standings if any(wanted in word or word in wanted for word in item.program.domains)
    ]
    general = [item for item in standings if not item.program.domains]
    note = "" if own else f"没有只面向“{wanted[:20]}”的计划，下面这些不限领域，都可以看。"
    return own + general, note


def _listing(call: Call, standings: Sequence[Standing], *, note: str) -> Reply:
    if not standings:
        return Reply(text=f"{_day(call.on)}没有正在进行的激励计划。", facts={"programs": []})
    eligible = sum(item.eligible for item in standings)
    lines = [
        f"{_day(call.on)}正在进行的激励计划有 {len(standings)} 个，你符合 {eligible} 个："
        if not note
        else f"{note}一共 {len(standings)} 个，你符合 {eligible} 个："
    ]
    lines += [f"· {item.program.name}（{_short(item)}）：{item.program.about}" for item in standings]
    references = [term.rewards[0].reference for item in standings if (term := item.term)]
    return Reply(
        text="\n".join(lines),
        facts={"on": call.on.isoformat(), "programs": [_fact(item) for item in standings]},
        citations=_citations(call, references),
        buttons=_suggestions(standings),
    )


def _overview(call: Call, standings: Sequence[Standing], *, note: str) -> Reply:
    open_to_you = [item for item in standings if item.eligible]
    closed = [item for item in standings if not item.eligible]
    lines = [note] if note else []
    if open_to_you:
        lines.append("你现在符合：" + "、".join(item.program.name for item in open_to_you) + "。")
    if closed:
        lines.append("还差一些的：")
        lines += [f"· {item.program.name}：{_gaps(item)}" for item in closed]
    if not standings:
        lines.append(f"{_day(call.on)}没有正在进行的激励计划。")
    failed = _references(clause for item in closed for clause in _nearest(item).failed)
    return Reply(
        text="\n".join(lines),
        facts={"on": call.on.isoformat(), "programs": [_fact(item) for item in standings]},
        citations=_citations(call, failed),
        buttons=_suggestions(standings),
    )


def _explanation(call: Call, standing: Standing) -> Reply:
    term, verdict = standing.term, standing.verdict
    if term is None or verdict is None:
        return _not_in_force(call, standing.program)
    ways = [verdict.nearest] if verdict.passed else list(verdict.ways)
    lines = [_headline(standing)]
    for way in ways:
        if len(ways) > 1:
            lines.append(f"{term.eligibility.alternatives[way.place].name}：")
        lines += [_clause_line(clause) for clause in (*way.failed, *(c for c in way.clauses if c.passed))]
    lines.append("能拿到：" + "；".join(reward.words for reward in term.rewards) + "。")
    if verdict.passed:
        lines.append(f"下一步：{term.step.words}。")
    return Reply(
        text="\n".join(lines),
        facts=_fact(standing),
        citations=_citations(call, _shown_references(term, ways, passed=verdict.passed)),
        buttons=(Button("看看其他激励计划", "有哪些激励计划我能参加"),),
    )


def _headline(standing: Standing) -> str:
    assert standing.verdict is not None
    if standing.eligible:
        return f"{standing.program.name}：你符合条件。"
    if len(standing.verdict.ways) > 1:
        return f"{standing.program.name}：还没达到条件，下面几条路走通一条就行。"
    return f"{standing.program.name}：还差 {len(_nearest(standing).failed)} 项。"


def _clause_line(clause: ClauseVerdict) -> str:
    return f"✓ {clause_words(clause)}" if clause.passed else f"✗ {gap_words(clause)}"


def _shown_references(term: Term, ways: Iterable[WayVerdict], *, passed: bool) -> list[Reference]:
    references = _references(clause for way in ways for clause in way.clauses)
    references += [reward.reference for reward in term.rewards]
    return [*references, term.step.reference] if passed else references


def _references(clauses: Iterable[ClauseVerdict]) -> list[Reference]:
    return [reference for judged in clauses if (reference := judged.clause.reference) is not None]


def _not_in_force(call: Call, program: Program) -> Reply:
    if program.starts_after(call.on):
        text = f"{program.name}从 {_day(program.terms[0].starts_on)}开始，现在还不能参加。"
    else:
        ended = max(term.ends_on for term in program.terms if term.ends_on and term.ends_on <= call.on)
        text = f"{program.name}已经在 {_day(ended - timedelta(days=1))}结束，现在不能参加了。"
    return Reply(
        text=text,
        facts={"program": program.id, "in_force": False, "eligible": False},
        buttons=(Button("现在有哪些激励计划", "有哪些激励计划我能参加"),),
    )


def _short(standing: Standing) -> str:
    return "你符合" if standing.eligible else f"还差 {len(_nearest(standing).failed)} 项"


def _gaps(standing: Standing) -> str:
    return "；".join(gap_words(clause) for clause in _nearest(standing).failed)


def _nearest(standing: Standing) -> WayVerdict:
    assert standing.verdict is not None, "only programmes in force are listed"
    return standing.verdict.nearest


def _suggestions(standings: Iterable[Standing]) -> tuple[Button, ...]:
    closed = [item.program.name for item in standings if not item.eligible]
    return tuple(Button(f"{name}还差什么", f"{name}我还差什么条件") for name in closed[:_SUGGESTIONS])


def _fact(standing: Standing) -> Json:
    ways = standing.verdict.ways if standing.verdict else ()
    alternatives = standing.term.eligibility.alternatives if standing.term else ()
    return {
        "program": standing.program.id,
        "name": standing.program.name,
        "in_force": standing.term is not None,
        "eligible": standing.eligible,
        "alternatives": [
            {
                "name": alternatives[way.place].name,
                "passed": way.passed,
                "clauses": [
                    {
                        "fact": clause.clause.fact and clause.clause.fact.name,
                        "rule": clause.clause.text,
                        "passed": clause.passed,
                        "value": clause.value,
                        "bound": clause.bound,
                        "gap": clause.gap,
                        "gap_words": gap_words(clause),
                    }
                    for clause in way.clauses
                ],
            }
            for way in ways
        ],
    }


def _citations(call: Call, references: Iterable[Reference]) -> tuple[Citation, ...]:
    found = [
        call.policies.clause(reference.policy, reference.clause, on=call.on)
        for reference in dict.fromkeys(references)
    ]
    return tuple(cite(clause) for clause in found if clause is not None)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


TOOL = AgentTool(
    incentive_programs,
    asks=(
        "有哪些激励计划我能参加",
        "最近平台有啥扶持政策",
        "光合计划我够不够格",
        "光合优创还差哪些条件",
        "我能不能进光合计划",
        "快手给创作者发钱的计划都有啥",
        "现在报哪个计划最划算",
        "才三千粉能申请啥补贴不",
        "我这个号符合哪几个激励",
        "直播类的扶持有哪些",
        "短剧这块平台给补贴吗，有什么项目",
        "青云计划还能不能报名",
        "为啥我进不去优创，差在哪了",
        "一万粉了有没有什么奖励计划可以加入",
        "想拿流量扶持，有什么门道",
        "那个十亿现金的计划我达标没",
        "带货的新店有没有扶持项目",
        "看看我能领哪些激励",
        "有没有适合美食号的激励项目",
        "光合计划资格查询",
        "guanghe plan 我 qualify 吗",
        "激励计划列表",
        "我离加入光合还差多少粉",
        "老铁帮我看下哪个计划能进",
        "三农类的创作者有哪些扶持政策",
        "我是母婴号，有什么补贴能拿",
        "平台有没有流量扶持之类的计划",
        "看看我离优创的门槛还差多少条",
        "list of incentive programs",
        "账号是否符合短剧分账的条件",
        "种地的有没有补贴可以报",
        "我哪个计划够格",
        "平台的扶持列出来看看",
        "除了直播还有啥补贴可以拿",
        "在期的激励项目清单",
        "我这点粉能进光合吗",
        "光合计划凭啥不要我",
        "新号能报青云计划吗",
        "做美食的有没有补助",
        "优创我够吗",
        "哪些激励可以报名参加",
    ),
    nouns=(
        "激励",
        "激励计划",
        "光合计划",
        "光合优创",
        "优创",
        "青云计划",
        "成长周期任务",
        "扶持",
        "补贴",
        "计划",
        "资格",
    ),
    actions=("参加", "加入", "报名", "报", "够格", "符合", "达标", "够得上", "还差", "能进", "有哪些"),
)
