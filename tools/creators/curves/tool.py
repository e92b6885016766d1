"""One work second by second: who stays, where they leave, like and look again, and how that compares."""

from collections.abc import Sequence
from dataclasses import asdict

from tools.creators import service as creators
from tools.creators.accounts import Tier
from tools.creators.curves import service, words
from tools.creators.curves.advice import Advice, advise
from tools.creators.curves.comparison import Measure, Place, place
from tools.creators.curves.reading import FEWEST_VIEWERS, Curve, Moment, Reading, read
from tools.creators.curves.service import Cohort
from tools.creators.work_refs import WorkSummary, WorkUnknown
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, cite
from tools.kernel.db import Json
from tools.kernel.money import count_text, rate_text
from tools.kernel.period import PLATFORM_ZONE, Period, parse_period

_POLICY = "second-by-second"
_FEWEST_OWN_WORKS = 3
_LATEST = "latest"
# References that mean a place among works; the others name one work.
_AMONG = ("latest", "previous", "ord:", "top_views", "worst_views")
_COMPARED = (Measure.RETENTION_3, Measure.COMPLETION)
_BUTTONS = (Button("看播放最好的那条", "分析播放最高的那条作品"), Button("账号诊断", "帮我诊断一下账号"))


def work_analysis(call: Call, *, work_ref: str = _LATEST, period: str | None = None) -> Reply:
    """Analyse one of the creator's works second by second: retention after 3 and 5 seconds, completion, the seconds where viewers leave, like or watch again, compared with the creator's own works and with peers. `period`: among works of that time; for a work that is named, its plays in that time."""
    asked = parse_period(period, on=call.on) if period else None
    work, played = _work(call, work_ref, asked)
    curve = service.curve(call.session, work_id=work.id, period=played)
    if curve is None:
        return _totals_only(call, work, played)
    reading = read(curve)
    return _too_few(call, work, curve) if reading is None else _told(call, work, curve, reading)


def _work(call: Call, work_ref: str, asked: Period | None) -> tuple[WorkSummary, Period | None]:
    """Return the work, and the period of its plays that counts, None for all."""
    if asked is None or not work_ref.strip().startswith(_AMONG):
        return _resolved(call, work_ref), asked
    found = creators.works(call.session, creator_id=call.creator_id, on=call.on, period=asked, limit=1_000)
    if not found:
        # Nothing came out then: the words meant when the work was played.
        return _resolved(call, work_ref), asked
    form, _, number = work_ref.strip().partition(":")
    match form:
        case "top_views":
            return max(found, key=lambda work: work.plays), None
        case "worst_views":
            # What came out today has no whole day yet and would always be the least played.
            whole = [work for work in found if work.published_at.astimezone(PLATFORM_ZONE).date() < call.on]
            return min(whole or found, key=lambda work: work.plays), None
        case "latest":
            return found[0], None
        case _:
            place_in_list = 1 if form == "previous" else _number(number)
            if place_in_list is None or not -len(found) <= place_in_list < len(found):
                raise WorkUnknown(words=f"{asked.words}发布的第 {number or 2} 条作品")
            return found[place_in_list], None


def _number(text: str) -> int | None:
    """Return the index that ord:N means in a list, newest first."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len("999999") or int(digits) == 0:
        return None
    return int(text) if text.startswith("-") else int(text) - 1


def _resolved(call: Call, work_ref: str) -> WorkSummary:
    return creators.resolve_work(call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on)


def _told(call: Call, work: WorkSummary, curve: Curve, reading: Reading) -> Reply:
    own_works = service.own_rates(call.session, work_id=work.id)
    own = _places(reading, own_works) if len(own_works) >= _FEWEST_OWN_WORKS else []
    cohort = service.peers(call.session, work_id=work.id)
    peers = _places(reading, cohort.rates) if cohort else []
    advice = advise(reading, own=own, peers=peers)
    shares = {measure.value: words.percent(measure.of(reading.rates)) for measure in Measure}
    lines = [
        f"《{work.title}》（{work.duration_seconds} 秒）逐秒解读，{_days(curve)}，开头 {curve.started:,} 人：",
        "· 3 秒后还剩 {retention_3}，5 秒后 {retention_5}；完播 {completion}，平均看完 {watched}".format_map(
            shares
        ),
        *words.moment_lines(reading),
        words.own_line(own)
        if own
        else f"· 和自己比：时长相近又有逐秒数据的作品不到 {_FEWEST_OWN_WORKS} 条，这次不比",
    ]
    if cohort:
        lines.append(words.peer_line(_cohort_words(cohort), peers))
    else:
        lines.append(f"· 和同类比：同领域、时长相近的作品不到 {service.FEWEST_PEERS} 条，这次不比")
    lines += ["", f"下一步：{words.advice_words(advice)}"]
    return Reply(
        text="\n".join(lines),
        facts=_facts(work, curve)
        | {
            "shares": shares,
            "rates": asdict(reading.rates),
            "exits": [_moment_facts(moment) for moment in reading.exits],
            "likes": [_moment_facts(moment) for moment in reading.likes],
            "replays": [_moment_facts(moment) for moment in reading.replays],
            "own": [_place_facts(each) for each in own],
            "peers": [_place_facts(each) for each in peers],
            "cohort": _cohort_words(cohort) if cohort else None,
            "fewest_own_works": _FEWEST_OWN_WORKS,
            "fewest_peers": service.FEWEST_PEERS,
            "advice": advice.step.value,
        },
        citations=_citations(call, *_clauses(advice)),
        buttons=_BUTTONS,
        charts=(words.chart(work.title, curve, reading),),
    )


def _places(reading: Reading, others: Sequence[service.Rates]) -> list[Place]:
    return [place(measure, reading.rates, others) for measure in _COMPARED]


def _too_few(call: Call, work: WorkSummary, curve: Curve) -> Reply:
    text = (
        f"《{work.title}》开头只有 {curve.started:,} 人的逐秒数据，不到 {FEWEST_VIEWERS} 人，"
        "哪一秒走人多半是碰巧，这次不下结论。\n"
        f"{_totals_words(work)}\n\n"
        f"下一步：等开头人数过 {FEWEST_VIEWERS} 再来看一次。"
    )
    return Reply(
        text=text,
        facts=_facts(work, curve) | {"fewest_viewers": FEWEST_VIEWERS},
        citations=_citations(call, "2.1"),
        buttons=_BUTTONS,
    )


def _totals_only(call: Call, work: WorkSummary, played: Period | None) -> Reply:
    when = f"{played.words}" if played else ""
    before = _own_completion(call, work)
    compared = ""
    if before:
        part, whole, count = before
        compared = f"之前 {count} 条作品一起的完播率是 {rate_text(part, whole)}。"
    text = (
        f"《{work.title}》{when}还没有逐秒数据，看不到是第几秒走的人；每日数据是有的：\n"
        f"{_totals_words(work)}{compared}\n\n"
        "下一步：先看有逐秒数据的那几条，或者明天再来看这条。"
    )
    facts = _facts(work, None)
    if before:
        facts |= {"before": {"works": before[2], "completion": rate_text(before[0], before[1])}}
    return Reply(text=text, facts=facts, citations=_citations(call, "2.1"), buttons=_BUTTONS)


def _own_completion(call: Call, work: WorkSummary) -> tuple[int, int, int] | None:
    """Return completed plays and plays of up to ten works of the same kind before this one, and how many these are."""
    found = creators.works(call.session, creator_id=call.creator_id, on=call.on)
    earlier = [
        each
        for each in found
        if each.kind == work.kind and each.published_at < work.published_at and each.plays >= FEWEST_VIEWERS
    ][:10]
    if len(earlier) < _FEWEST_OWN_WORKS or work.kind == "live":
        return None
    return sum(each.completed_plays for each in earlier), sum(each.plays for each in earlier), len(earlier)


def _totals_words(work: WorkSummary) -> str:
    if not work.plays:
        return "到昨天为止还没有播放记录。"
    completion = "" if work.kind == "live" else f"，完播率 {rate_text(work.completed_plays, work.plays)}"
    return (
        f"到昨天一共播放 {count_text(work.plays)} 次{completion}，平均每次看 {work.watch_seconds // work.plays} 秒，"
        f"点赞 {count_text(work.likes)}，涨粉 {count_text(work.new_followers)}。"
    )


def _days(curve: Curve) -> str:
    first, last = curve.days[0], curve.days[-1]
    return words.day_words(first) if first == last else f"{words.day_words(first)}—{words.day_words(last)}"


def _cohort_words(cohort: Cohort) -> str:
    tier = Tier(cohort.tier).words if cohort.tier else "不分粉丝量"
    return f"{cohort.category}、{tier}、{cohort.length_band.words}"


def _clauses(advice: Advice) -> tuple[str, ...]:
    """Return the clauses that say how to read what the advice is about."""
    return ("1.3",) if advice.step.value in {"reuse", "explain"} else ("1.2",)


def _citations(call: Call, *clauses: str) -> tuple[Citation, ...]:
    found = (call.policies.clause(_POLICY, clause, on=call.on) for clause in clauses)
    return tuple(cite(clause) for clause in found if clause is not None)


def _facts(work: WorkSummary, curve: Curve | None) -> Json:
    found: Json = {
        "work": {
            "id": work.public_id,
            "title": work.title,
            "seconds": work.duration_seconds,
            "plays": work.plays,
            "totals": _totals_words(work),
        },
        "second_by_second": curve is not None,
    }
    if curve:
        found["curve"] = {
            "days": _days(curve),
            "from": curve.days[0].isoformat(),
            "to": curve.days[-1].isoformat(),
            "started": curve.started,
            "started_text": f"{curve.started:,}",
            "viewers": curve.reached,
            "plays": curve.plays,
        }
    return found


def _moment_facts(moment: Moment) -> Json:
    return asdict(moment) | {"times": words.times(moment), "words": words.moment_words(moment)}


def _place_facts(each: Place) -> Json:
    return asdict(each) | {
        "own": words.percent(each.own_bp),
        "median": words.percent(each.median_bp),
        "words": each.measure.words,
    }


TOOL = AgentTool(
    work_analysis,
    asks=(
        "分析一下最新那条视频",
        "我刚发的那条视频数据咋样",
        "第二条作品观众是在第几秒走的",
        "帮我看看上一条视频的留存曲线",
        "播放最高的那条视频，点赞都集中在哪一秒",
        "昨天发的作品逐秒数据给我看看",
        "《正宗锅包肉，醋要这么烹》这条完播怎么样",
        "这个月播放最差的那条，从头到尾每一秒观众啥反应",
        "逐秒解读一下最近那条作品",
        "最新作品前3秒留存多少",
        "我那条爆款视频大家都在哪个地方点赞",
        "看下第三条视频的5秒留存",
        "最火的那条哪一段被反复看",
        "最新那条视频为什么看到一半就走了",
        "复盘一下上一条视频",
        "最惨的那条视频问题出在第几秒",
        "给我看看最新一条的观看曲线",
        "分析3xf8enb8dbj6uig",
        "作品id 3xlaotie009 的留存曲线发我",
        "倒数第一条视频观众流失在哪",
        "上上条作品的逐秒数据",
        "最新那条跟我以前的视频比留存怎么样",
        "刚发的那条视频开头留住人了吗",
        "上周播放最高的那条视频帮我逐秒看看",
        "看看最新视频第几秒退出的人最多",
        "analyze 一下我 latest video 的 retention",
        "最新那条作品完播率跟同类作品比怎么样",
        "帮我拆解一下第一条视频，哪一秒掉人最狠",
        "播放第一的那条高光在哪几秒",
        "最新一集观众从哪儿开始跑的",
        "这条视频完播多少",
        "刚发布的那支开头流失严重吗",
        "上一集留存怎么样",
        "我那条锅包肉的视频每一秒人都啥反应",
        "播放量最高那条回看集中在哪一段",
        "头一条视频人走得多不多",
        "新视频3s留存多少",
        "这条跟同类作品比完播高不高",
        "那条扑街的死在第几秒",
        "爆的那条赢在哪几秒",
        "昨天那条大伙儿看到哪儿就划走了",
        "latest vlog 的 retention curve",
    ),
    nouns=(
        "逐秒",
        "逐秒解读",
        "留存曲线",
        "留存",
        "作品分析",
        "这条视频",
        "那条视频",
        "哪一秒",
        "第几秒",
        "每一秒",
        "曲线",
        "retention",
        "退出",
        "回看",
        "前3秒",
    ),
    actions=("分析", "逐秒", "解读", "复盘", "拆解", "看看", "analyze"),
)
