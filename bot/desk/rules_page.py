"""The policy search: what the rules say on a matter, each clause one press away."""

from fastapi import Response

from bot.channels.web_clause import clause_address
from bot.channels.web_plain import tag
from bot.desk.frame import desk_page
from bot.desk.keys import Key
from knowledge.search import Passage
from tools.support.agents import Agent

_SHOWN = 10
_LONGEST_QUERY = 200
# Below this there is most likely no rule on the matter (knowledge.search.Passage).
_LIKELY = 0.35


def show_rules(key: Key, agent: Agent, *, text: str) -> Response:
    """Show the search, and what it found."""
    asked = " ".join(text.split())[:_LONGEST_QUERY]
    on = key.app.today()
    found = key.app.policies.search(asked, on=on, limit=_SHOWN) if asked else []
    inside = [search_form("/desk/rules", asked, label="查规则", hint="比如：提现要多久、P 级短剧怎么分账")]
    if asked and not found:
        inside.append(tag("p", f"没有找到和“{asked}”有关的规则，换个说法试试。", class_="quiet"))
    if found:
        if found[0].score < _LIKELY:
            inside.append(tag("p", "没有很对得上的规则，下面是最接近的几条，引用前请核对。", class_="quiet"))
        rows = [
            _passage(passage, clause_address(passage.clause.policy, passage.clause.clause, on=on))
            for passage in found
        ]
        inside.append(tag("ol", inside=rows, class_="rows"))
    return desk_page(agent, "查规则", inside, csrf=key.csrf, here="/desk/rules")


def search_form(action: str, text: str, *, label: str, hint: str) -> str:
    """Return a form with one field."""
    field = tag(
        "input", name="q", value=text, aria_label=label, placeholder=hint, type="search", autofocus=""
    )
    return tag(
        "form",
        inside=[field, tag("button", "搜索", type="submit", class_="send")],
        method="get",
        action=action,
        role="search",
        class_="search",
    )


def _passage(passage: Passage, address: str) -> str:
    clause = passage.clause
    title = tag(
        "a", f"《{clause.title}》第 {clause.clause} 条", href=address, target="_blank", rel="noopener"
    )
    chance = tag("span", f"把握 {passage.score:.0%}", class_="quiet")
    return tag("li", inside=[tag("div", inside=[title, " ", chance]), tag("p", clause.text, class_="words")])
