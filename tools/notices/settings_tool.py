"""How a creator is told, in the chat: what is on, what is off, quiet hours, the digest; every change is confirmed.

A change takes one press although it could be undone: whatever model reads the chat, nobody is cut off from notices of
deadlines without having pressed for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Final, Literal, cast

from tools.kernel.agent_tool import Button, Call, Citation, Proposal, Reply, cite
from tools.kernel.errors import Refusal
from tools.notices import preferences
from tools.notices.clock_words import is_off, parse_hours, parse_time, zone_of, zone_words
from tools.notices.quiet_hours import QuietHours
from tools.notices.timing import DEFAULT_DIGEST, DEFAULT_QUIET, Preferences
from tools.notices.topics import MUTABLE, Topic

POLICY: Final = "activity-notices-rules"
NoticeTopic = Literal[
    "activity", "task", "reward", "payout", "report", "offer", "order", "course", "diagnosis", "check", "case", "all"
]  # fmt: skip


class TopicFixed(Refusal):
    """The topic concerns money, rights or the creator's own case: it is always told."""

    template = "{topics}通知关系到你的权益，一直开着，不能关。能关的有：{can}。"


class HoursUnclear(Refusal):
    """The words name no two times, or no time."""

    template = "没看懂时间。像这样说就行：{example}。"


class ZoneUnknown(Refusal):
    """Nobody knows a time zone of this name."""

    template = "没有找到“{text}”的时区。说城市就行，例如“我在纽约”。"


def topics_meant(topic: NoticeTopic | None) -> tuple[Topic, ...]:
    """Return the topics that are meant: activities when nothing is said, all that can be switched for 所有."""
    match topic:
        case None:
            return (Topic.ACTIVITY,)
        case "all":
            return MUTABLE
        case _:
            return (Topic(topic),)


def show(call: Call) -> Reply:
    """Tell how the creator is told."""
    mine = preferences.of(call.session, creator_id=call.creator_id)
    off = [_named(topic, category) for topic, category in sorted(mine.muted)]
    on = [topic.words for topic in Topic if (topic, "") not in mine.muted]
    lines = [
        f"开着：{'、'.join(on)}。",
        f"关掉的：{'、'.join(off)}。" if off else "没有关掉的通知。",
        _times_words(mine),
    ]
    return Reply(
        text="\n".join(lines),
        facts={
            "off": off,
            "quiet": mine.quiet and mine.quiet.words,
            "digest_at": mine.digest_at and f"{mine.digest_at:%H:%M}",
            "zone": mine.zone.key,
        },
        citations=_cited(call, "2.1"),
        buttons=(
            Button("打开活动通知", "打开活动通知")
            if (Topic.ACTIVITY, "") in mine.muted
            else Button("关闭活动通知", "别再给我发活动通知"),
            Button("改免打扰时间", "免打扰改成23点到8点"),
            Button("不要汇总", "通知不要汇总，逐条发"),
        ),
    )


def propose_topics(
    call: Call, deed: Literal["mute", "unmute"], topics: Sequence[Topic], *, category: str | None
) -> Reply | Proposal:
    """Propose to switch topics off or on; what is so already, and what is always on, is told."""
    mine = preferences.of(call.session, creator_id=call.creator_id)
    # Only activities have a category.
    about = category if category and list(topics) == [Topic.ACTIVITY] else ""
    names = _names(topics, about)
    fixed = [topic for topic in topics if not topic.mutable]
    if fixed and deed == "mute":
        raise TopicFixed(
            topics="、".join(topic.words for topic in fixed), can="、".join(topic.words for topic in MUTABLE)
        )
    if fixed:
        text = f"{names}通知一直开着，关不掉，有消息会马上告诉你。"
        return Reply(text=text, facts={"on": True}, citations=_cited(call, "1.3"))
    if all(_is_off(mine, topic, about) for topic in topics) == (deed == "mute") and (
        deed == "mute" or not any(_touches(mine, topic, about) for topic in topics)
    ):
        return Reply(
            text=f"{names}通知已经是{'关' if deed == 'mute' else '开'}着的，不用再改。",
            facts={"on": deed == "unmute"},
            buttons=(Button("通知设置", "我的通知设置"),),
        )
    summary = (
        f"关闭{names}通知，立即生效，随时可以再打开。" if deed == "mute" else f"打开{names}通知，立即生效。"
    )
    return Proposal(
        summary=summary,
        payload={"deed": deed, "topics": [topic.value for topic in topics], "category": about},
        facts={"topics": [topic.value for topic in topics], "category": about or None},
        citations=_cited(call, "2.1"),
    )


def propose_quiet(call: Call, hours: str | None, zone: str | None) -> Proposal:
    """Propose other quiet hours, another time zone, or none."""
    mine = preferences.of(call.session, creator_id=call.creator_id)
    wanted = mine
    if zone is not None:
        found = zone_of(zone)
        if found is None:
            raise ZoneUnknown(text=zone[:20])
        wanted = replace(wanted, zone=found)
    if hours is not None and is_off(hours):
        wanted = replace(wanted, quiet=None)
    elif hours is not None:
        if (parsed := parse_hours(hours)) is None:
            raise HoursUnclear(example="晚上11点到早上7点别打扰我")
        wanted = replace(wanted, quiet=parsed)
    elif zone is None:
        # 免打扰 alone asks for what everybody has by default.
        wanted = replace(wanted, quiet=DEFAULT_QUIET)
    return _times_proposal(wanted)


def propose_digest(call: Call, hours: str | None) -> Proposal:
    """Propose one digest a day at another time, or each notice on its own."""
    mine = preferences.of(call.session, creator_id=call.creator_id)
    if hours is None:
        return _times_proposal(replace(mine, digest_at=DEFAULT_DIGEST))
    if is_off(hours):
        return _times_proposal(replace(mine, digest_at=None))
    if (at := parse_time(hours)) is None:
        raise HoursUnclear(example="每天晚上8点汇总一次")
    return _times_proposal(replace(mine, digest_at=at))


def commit(call: Call, deed: str, payload: Mapping[str, object]) -> Reply:
    """Do what was confirmed."""
    creator = call.creator_id
    if deed == "times":
        wanted = _wanted(payload)
        preferences.set_times(call.session, creator_id=creator, wanted=wanted, now=call.now)
        return Reply(text=f"改好了。{_times_words(wanted)}", facts=_times_facts(wanted))
    topics = [Topic(name) for name in cast("list[str]", payload["topics"])]
    category = str(payload["category"])
    names = _names(topics, category)
    if deed == "mute":
        if fixed := [topic for topic in topics if not topic.mutable]:
            raise TopicFixed(topics=fixed[0].words, can="、".join(topic.words for topic in MUTABLE))
        preferences.mute(call.session, creator_id=creator, topics=topics, category=category, now=call.now)
        return Reply(
            text=f"{names}通知关掉了，不会再发。想恢复随时说“打开{names}通知”。",
            facts={"off": [topic.value for topic in topics]},
            citations=_cited(call, "2.1"),
        )
    preferences.unmute(call.session, creator_id=creator, topics=topics, category=category)
    return Reply(text=f"{names}通知打开了。", facts={"on": [topic.value for topic in topics]})


def _times_proposal(wanted: Preferences) -> Proposal:
    return Proposal(
        summary=f"通知时间改成：{_times_words(wanted)}",
        payload={"deed": "times", **_times_facts(wanted)},
        facts=_times_facts(wanted),
    )


def _times_facts(wanted: Preferences) -> dict[str, object]:
    return {
        "quiet": [f"{wanted.quiet.starts:%H:%M}", f"{wanted.quiet.ends:%H:%M}"] if wanted.quiet else None,
        "digest_at": f"{wanted.digest_at:%H:%M}" if wanted.digest_at else None,
        "zone": wanted.zone.key,
    }


def _wanted(payload: Mapping[str, object]) -> Preferences:
    quiet, digest_at = cast("list[str] | None", payload["quiet"]), cast("str | None", payload["digest_at"])
    zone = zone_of(str(payload["zone"]))
    assert zone is not None, "a proposal names a zone that was found"
    return Preferences(
        quiet=QuietHours(*(time.fromisoformat(each) for each in quiet)) if quiet else None,
        digest_at=time.fromisoformat(digest_at) if digest_at else None,
        zone=zone,
    )


def _times_words(mine: Preferences) -> str:
    quiet = f"免打扰 {mine.quiet.words}" if mine.quiet else "不设免打扰"
    digest = (
        f"活动、激励这类消息每天 {mine.digest_at:%H:%M} 汇总成一条"
        if mine.digest_at
        else "活动、激励这类消息逐条发"
    )
    return f"{quiet}（{zone_words(mine.zone)}）；{digest}；快到期的事不等汇总，你自己的工单和举报随时通知。"


def _is_off(mine: Preferences, topic: Topic, category: str) -> bool:
    return bool({(topic, ""), (topic, category)} & mine.muted)


def _touches(mine: Preferences, topic: Topic, category: str) -> bool:
    """Whether switching on would change anything: all of the topic clears its categories too."""
    return any(muted == topic and category in ("", of) for muted, of in mine.muted)


def _names(topics: Sequence[Topic], category: str) -> str:
    return "、".join(_named(topic, category) for topic in topics)


def _named(topic: Topic, category: str) -> str:
    return f"{category}{topic.words}" if category else topic.words


def _cited(call: Call, clause: str) -> tuple[Citation, ...]:
    found = call.policies.clause(POLICY, clause, on=call.on)
    return (cite(found),) if found else ()
