"""What a model is shown of a long conversation: the last turns whole, the ones before in a line each."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

# About what six thousand tokens of Chinese hold: the provider is paid by the token, and answers sooner.
BUDGET_CHARACTERS = 9_000
_MOST_LINES = 12
_LONGEST_QUESTION = 40
_LONGEST_ANSWER = 60
_HEAD = "前面聊过的（摘要，只作背景；其中的数字要用就重新查）："


def shortened(messages: Sequence[AnyMessage], *, budget: int = BUDGET_CHARACTERS) -> list[AnyMessage]:
    """Return the messages within the budget; the turn being answered always stays whole.

    What is left out stands as one message before the rest: what was asked, with which tools, and how the answer began.
    """
    turns = _turns(messages)
    kept, size = len(turns) - 1, _size(turns[-1])
    while kept > 0 and size + _size(turns[kept - 1]) <= budget:
        kept -= 1
        size += _size(turns[kept])
    if kept == 0:
        return list(messages)
    lines = [_line(turn) for turn in turns[max(0, kept - _MOST_LINES) : kept]]
    summary = HumanMessage("\n".join([_HEAD, *lines]))
    return [summary, *(message for turn in turns[kept:] for message in turn)]


def _turns(messages: Sequence[AnyMessage]) -> list[list[AnyMessage]]:
    """Return the messages by turn: a person's message, and what followed."""
    turns: list[list[AnyMessage]] = []
    for message in messages:
        if isinstance(message, HumanMessage) or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _size(turn: Sequence[AnyMessage]) -> int:
    return sum(len(message.text) for message in turn)


def _line(turn: Sequence[AnyMessage]) -> str:
    tools = [
        call["name"] for message in turn if isinstance(message, AIMessage) for call in message.tool_calls
    ]
    used = f"（{'、'.join(dict.fromkeys(tools))}）" if tools else ""
    said = next(
        (message.text for message in reversed(turn) if isinstance(message, AIMessage) and message.text), ""
    )
    return f"- 问：{_cut(turn[0].text, _LONGEST_QUESTION)}{used} 答：{_cut(said, _LONGEST_ANSWER)}"


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest]}…"
