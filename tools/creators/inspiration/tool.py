"""The agent's door to inspiration and materials."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from tools.creators import service as creators
from tools.creators.inspiration import requests, service
from tools.creators.inspiration.catalogue import Catalogue, Idea, Shelf, about
from tools.creators.inspiration.load import packaged
from tools.creators.inspiration.ranking import FEWEST_WORKS, Ranked
from tools.creators.inspiration.service import Ideas
from tools.kernel.agent_tool import AgentTool, Button, Call, Citation, Reply, Speaker, cite
from tools.kernel.db import Json

Material = Literal["hook", "script", "cover", "music", "title"]

_SHOWN = 3
_WORDS: dict[Material | None, str] = {
    None: "选题",
    "hook": "开头",
    "script": "脚本",
    "cover": "封面",
    "music": "配乐",
    "title": "标题",
}
# Whoever shoots by the catalogue may change all of it and answers for what is published; music has its own rules.
_RULE = ("materials-templates", "1.3")
_MUSIC_RULE = ("music-copyright", "1.1")
_HUMAN = Button("转人工", "转人工")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request worked out: on which shelf, of which kind, about what."""

    shelf: Shelf
    kind: Material | None
    topic: str | None
    said: str
    next_batch: bool


def inspiration_materials(
    call: Call,
    *,
    category: str | None = None,
    topic: str | None = None,
    type: Material | None = None,  # noqa: A002 - the argument's name is fixed by what acceptance calls it
    work_ref: str | None = None,
    batch: Literal["first", "next"] = "first",
) -> Reply:
    """Give ideas and materials to shoot: topics for the creator's category and the season, ranked by how peers' works of each topic do now, each with hooks, a script by shot, cover, music and titles. `type` asks for one kind (hook, script, cover, music, title); `topic` for a subject or a topic's title; `work_ref` ord:2 for the second of the last list, or one of the creator's works to start from; `batch` next for others."""
    catalogue = packaged()
    account = creators.account(call.session, creator_id=call.creator_id)
    said = _said(call)
    shelf = catalogue.shelf(category or account.category)
    if shelf is None:
        return _no_shelf(category or account.category, catalogue)
    asked = _Asked(shelf, type, topic, said, batch == "next" or requests.wants_next(said))
    if idea := _named(call, catalogue, asked, work_ref):
        return _one(call, idea, asked)
    # A place means the last list; where there was none, one of the creator's works.
    if work_ref and not (work_ref.startswith("ord:") and _latest_list(call, catalogue)):
        return _like_work(call, asked, work_ref)
    return _list(call, asked)


def _said(call: Call) -> str:
    last = call.transcript[-1] if call.transcript else None
    return last.text if last and last.speaker is Speaker.CREATOR else ""


def _answers(call: Call) -> list[str]:
    """Return what the assistant said before, the latest first."""
    return [line.text for line in reversed(call.transcript) if line.speaker is Speaker.ASSISTANT]


def _named(call: Call, catalogue: Catalogue, asked: _Asked, work_ref: str | None) -> Idea | None:
    """Return the one idea that is meant: by its whole title, or by its place in the last list."""
    for text in (asked.topic or "", asked.said):
        if idea := catalogue.titled(text):
            return idea
    place = requests.place_of(work_ref, asked.said)
    if place is None:
        return None
    return requests.at(_latest_list(call, catalogue), place)


def _latest_list(call: Call, catalogue: Catalogue) -> Sequence[Idea]:
    lists = (requests.listed(answer, catalogue) for answer in _answers(call))
    return next((ideas for ideas in lists if ideas), ())


def _one(call: Call, idea: Idea, asked: _Asked) -> Reply:
    """Tell one idea in full, or only the kind asked for."""
    lines = [f"《{idea.title}》（{idea.category}，成片约 {idea.seconds} 秒）"]
    for kind in ("hook", "script", "cover", "music", "title"):
        if asked.kind in (None, kind):
            lines += _material(idea, kind)
    lines.append(f"下一步：按自己的话改一遍再拍，发布后的内容由你自己负责{_rule_name(call, _RULE)}。")
    return Reply(
        text="\n".join(lines),
        facts={"idea": _idea_facts(idea), "kind": asked.kind},
        citations=_citations(call, asked.kind),
        buttons=(
            *(
                Button(_WORDS[kind], f"选题「{idea.title}」的{_WORDS[kind]}素材")
                for kind in ("script", "cover", "music")
                if asked.kind and kind != asked.kind
            ),
            Button("换一批选题", "换一批选题"),
        ),
    )


def _material(idea: Idea, kind: Material) -> list[str]:
    match kind:
        case "hook":
            return ["开头 3 秒：", *(f"· {hook}" for hook in idea.hooks)]
        case "script":
            return ["脚本：", *_shots(idea)]
        case "cover":
            return [f"封面：{idea.cover}"]
        case "music":
            return [f"配乐：{idea.music}"]
        case "title":
            return [f"标题：{' / '.join(idea.shown_titles)}"]
        case _:
            assert_never(kind)


def _shots(idea: Idea) -> list[str]:
    lines: list[str] = []
    start = 0
    for shot in idea.script:
        lines.append(f"· {start}—{start + shot.seconds} 秒｜{shot.picture}｜“{shot.words}”")
        start += shot.seconds
    return lines


def _list(call: Call, asked: _Asked) -> Reply:
    catalogue = packaged()
    fitting = _fitting(asked, catalogue)
    if fitting and fitting[0].category != asked.shelf.category:
        asked = replace(asked, shelf=catalogue.shelf(fitting[0].category) or asked.shelf)
    found = service.ideas(
        call.session,
        asked.shelf,
        catalogue,
        creator_id=call.creator_id,
        on=call.on,
        wanted=[idea.id for idea in fitting],
    )
    places = {idea.id: place for place, idea in enumerate(fitting)}
    # The sort keeps the ranking among the rest.
    ordered = sorted(found.ranked, key=lambda each: places.get(each.idea.id, len(places)))
    fits = bool(fitting) or asked.topic is None
    shown, again = _batch(call, catalogue, asked, ordered)
    tags = catalogue.tags_on(call.on)
    seasons = "、".join(tags.values())
    lines = [_head(asked, fits=fits, again=again)]
    for place, each in enumerate(shown, start=1):
        lines += _item(place, each, asked.kind)
    lines.append(_basis(found, seasons))
    first = shown[0].idea
    lines.append(f"下一步：挑一个回“第1个展开讲讲”，就有分镜脚本、封面和配乐{_rule_name(call, _RULE)}。")
    return Reply(
        text="\n".join(lines),
        facts=_list_facts(asked, found, shown, seasons),
        citations=_citations(call, asked.kind),
        buttons=(
            Button("看第 1 个的脚本", f"选题「{first.title}」的脚本素材"),
            Button("换一批选题", "换一批选题"),
        ),
    )


def _fitting(asked: _Asked, catalogue: Catalogue) -> list[Idea]:
    """Return the ideas about the subject that was named, of the shelf first, else of one other shelf."""
    subject = asked.topic or requests.subject_of(asked.said)
    if len(subject) < 2 or asked.next_batch:  # noqa: PLR2004 - one character names no subject
        return []
    if fitting := about(asked.shelf.ideas, subject):
        return fitting
    if asked.topic is None:
        return []
    elsewhere = about([idea for shelf in catalogue.shelves for idea in shelf.ideas], subject)
    return [idea for idea in elsewhere if idea.category == elsewhere[0].category]


def _batch(
    call: Call, catalogue: Catalogue, asked: _Asked, ordered: Sequence[Ranked]
) -> tuple[list[Ranked], bool]:
    """Return the ideas to show, and whether all had been shown: the next batch is what no answer listed yet."""
    if not asked.next_batch:
        return list(ordered[:_SHOWN]), False
    seen = {idea.id for answer in _answers(call) for idea in requests.listed(answer, catalogue)}
    fresh = [each for each in ordered if each.idea.id not in seen]
    return (fresh[:_SHOWN], False) if fresh else (list(ordered[:_SHOWN]), True)


def _head(asked: _Asked, *, fits: bool, again: bool) -> str:
    what = f"{asked.shelf.category}领域的{_WORDS[asked.kind]}"
    if again:
        return f"{what}这一季的都给你看过了，从头再来一遍："
    if not fits:
        return f"目录里没有专门讲“{(asked.topic or '')[:20]}”的，先给你{what}，换成你的题材就能用："
    return f"{what}，按同类现在的播放表现排："


def _item(place: int, each: Ranked, kind: Material | None) -> list[str]:
    idea = each.idea
    match kind:
        case None | "script":
            content = [f"   开头：{idea.hooks[0]}", f"   {_standing_words(each)}"]
            return [f"{place}. {idea.title}", *content]
        case "hook":
            return [f"{place}. {idea.title}：{'；'.join(idea.hooks)}"]
        case "cover":
            return [f"{place}. {idea.title}：{idea.cover}"]
        case "music":
            return [f"{place}. {idea.title}：{idea.music}"]
        case "title":
            return [f"{place}. {idea.title}：{' / '.join(idea.shown_titles)}"]
        case _:
            assert_never(kind)


def _standing_words(each: Ranked) -> str:
    found = each.standing
    if not found.works:
        words = f"同类近 {service.WINDOW_DAYS} 天还没有相关作品，按中性排"
    elif found.works < FEWEST_WORKS:
        words = (
            f"同类近 {service.WINDOW_DAYS} 天相关作品只有 {found.works} 条，不足 {FEWEST_WORKS} 条，按中性排"
        )
    else:
        words = (
            f"同类近 {service.WINDOW_DAYS} 天 {found.works} 条相关作品，条均 {found.plays_a_work:,} 次播放，"
            f"折算为同量级平均的 {found.lift:.2f} 倍"
        )
    words += ("，正当季" if each.seasonal else "") + ("，合你的强项" if each.strong else "")
    return f"{words}；你近期拍过《{each.shot}》，要换个角度" if each.shot else words


def _basis(found: Ideas, seasons: str) -> str:
    season = f"现在的时令（{seasons}）" if seasons else "时令"
    rests = f"同类 {found.peer_works} 条作品的播放" if found.peer_works else "中性先验（还没有同类样本）"
    text = f"排序看：{rests}、{season}"
    if found.strength:
        draw, ratio = found.strength
        text += f"、你的强项（{draw.words}率为同类的{ratio:.2f}倍）"
    return f"{text}；你近 {service.WINDOW_DAYS} 天拍过的往后放。"


def _like_work(call: Call, asked: _Asked, work_ref: str) -> Reply:
    """Start from one of the creator's works: the idea that its title is nearest to."""
    work = creators.resolve_work(call.session, creator_id=call.creator_id, work_ref=work_ref, on=call.on)
    fitting = about(asked.shelf.ideas, work.title)
    if fitting:
        reply = _one(call, fitting[0], asked)
        head = f"你这条《{work.title}》和目录里的这个选题近，照着改："
    else:
        reply = _list(call, asked)
        head = f"目录里没有和《{work.title}》相近的选题，先看这几个："
    return Reply(
        text=f"{head}\n{reply.text}",
        facts=reply.facts | {"work": {"id": work.public_id, "title": work.title}},
        citations=reply.citations,
        buttons=reply.buttons,
    )


def _no_shelf(category: str, catalogue: Catalogue) -> Reply:
    names = "、".join(shelf.category for shelf in catalogue.shelves)
    return Reply(
        text=f"素材目录里还没有“{category[:20]}”。现在有：{names}。说一个相近的领域，就按它给选题。",
        facts={"category": category, "categories": [shelf.category for shelf in catalogue.shelves]},
        buttons=(Button("看生活类选题", "给我几个生活类的选题"), _HUMAN),
    )


def _list_facts(asked: _Asked, found: Ideas, shown: Sequence[Ranked], seasons: str) -> Json:
    return {
        "category": asked.shelf.category,
        "kind": asked.kind,
        "catalogue": {"version": asked.shelf.version, "dated": asked.shelf.dated.isoformat()},
        "seasons": seasons,
        "window_days": service.WINDOW_DAYS,
        "counted_on": found.counted_on.isoformat() if found.counted_on else None,
        "peer_works": found.peer_works,
        "strength": {"draw": found.strength[0].value, "ratio": f"{found.strength[1]:.2f}"}
        if found.strength
        else None,
        "fewest_works": FEWEST_WORKS,
        "ideas": [
            {
                "ref": f"ord:{place}",
                **_idea_facts(each.idea),
                "works": each.standing.works,
                "plays": each.standing.plays,
                "plays_a_work": f"{each.standing.plays_a_work:,}",
                "expected_plays": each.standing.expected_plays,
                "lift": f"{each.standing.lift:.2f}",
                "score": each.score,
                "shot": each.shot,
            }
            for place, each in enumerate(shown, start=1)
        ],
    }


def _idea_facts(idea: Idea) -> Json:
    return {
        "id": idea.id,
        "title": idea.title,
        "seconds": idea.seconds,
        "hooks": list(idea.hooks),
        "script": _shots(idea),
        "cover": idea.cover,
        "music": idea.music,
        "titles": list(idea.shown_titles),
    }


def _rule_name(call: Call, rule: tuple[str, str]) -> str:
    clause = call.policies.clause(*rule, on=call.on)
    return f"（《{clause.title}》第{clause.clause}条）" if clause else ""


def _citations(call: Call, kind: Material | None) -> tuple[Citation, ...]:
    rules = (_RULE, _MUSIC_RULE) if kind == "music" else (_RULE,)
    found = [call.policies.clause(*rule, on=call.on) for rule in rules]
    return tuple(cite(clause) for clause in found if clause is not None)


TOOL = AgentTool(
    inspiration_materials,
    asks=(
        "给我几个选题",
        "没灵感了，不知道拍啥",
        "今天拍点什么好",
        "情侣号今天拍啥啊愁死了",
        "开头三秒钩子咋写，给几个现成的",
        "写个开头",
        "封面怎么做好看",
        "配什么音乐合适",
        "给我一个拍摄脚本",
        "有没有现成的脚本模板",
        "换一批选题",
        "美食类有啥好选题",
        "帮我想几个标题",
        "最近没思路，给点灵感",
        "有什么素材可以用",
        "中秋拍什么内容",
        "下一条视频拍什么",
        "给点点子",
        "想拍点东北冬天的东西，给点新鲜的角度和模板",
        "这种视频的分镜怎么安排",
        "来几个爆款开头文案",
        "开学季有什么选题",
        "给我几个萌宠的创意",
        "bgm推荐几首什么风格的",
        "封面模板给我几个",
        "剧本怎么写，给个分镜",
        "我这周五条视频拍什么",
        "没素材了",
        "give me some video ideas",
        "选题「早市十块钱能吃成什么样」的脚本素材",
        "文案不会写，给个模板",
        "今天播什么内容好",
        "开头第一句怎么说能留住人",
        "要几条前三秒的钩子文案",
        "起个吸引人的标题",
        "短剧开头三秒怎么设计给几个例子",
        "给我写个本子怎么拍",
        "拍个杀猪菜给写个脚本",
        "配个啥曲子好听",
        "都拍遍了不知道拍什么了",
        "封面太丑了给几个样子",
        "再给我换几个",
        "这几个不行换一批",
        "没活了给点子",
        "标题不会起帮我起几个",
    ),
    nouns=(
        "选题", "灵感", "素材", "模板", "脚本", "钩子", "开头", "封面", "配乐", "分镜", "文案", "点子", "创意", "思路",
        "音乐", "bgm", "拍啥", "拍什么", "拍点什么", "ideas",
    ),
    actions=("给几个", "来几个", "想几个", "换一批", "拍啥", "拍什么", "写个", "推荐", "展开"),
)  # fmt: skip
