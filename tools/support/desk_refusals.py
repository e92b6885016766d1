"""The expected noes to people of the desk."""

from tools.kernel.errors import Refusal


class HeldByOther(Refusal):
    """Another person was quicker, or has the case."""

    template = "工单 {number} 已经由{holder}处理。"


class NotYours(Refusal):
    """Only who holds a case, or a lead, does this."""

    template = "工单 {number} 不在你手上，只有处理人或组长可以操作。"


class BadWords(Refusal):
    """Words are neither empty nor endless."""

    template = "内容要有 1 到 {limit} 个字，现在是 {length} 个。"


class AnswerFirst(Refusal):
    """Who owes the creator an answer does not wait for them."""

    template = "创作者还在等回复，先回复再设为“等创作者回复”。"


class NotChangeable(Refusal):
    """Only one's own words in a case that one holds are changed, and not for ever."""

    template = "这条消息不能修改：只能改自己在手上工单里说的话，{hours} 小时以内。"


class NobodyThere(Refusal):
    """A case goes to somebody who may have it."""

    template = "没有可以接手的客服“{login}”。"
