"""The noes of paid courses, as creators read them."""

from tools.kernel.errors import Refusal


class NotEligible(Refusal):
    """The creator may not open courses."""

    template = "现在还不能开付费课：{gaps}。"


class NoCourse(Refusal):
    """There is no such course of this creator's."""

    template = "{what}。可以说“我想开个付费课教人修手机”来新建一门。"


class WhichCourse(Refusal):
    """Several courses may be meant."""

    template = "你有 {count} 门课：{titles}。说一下是哪一门，例如“《{example}》”。"


class ForbiddenCourse(Refusal):
    """The title promises or sells what courses may not (paid-course-rules 3.1 and 3.2)."""

    template = "课程名里有付费课堂不允许的内容：{words}。换个说法再建。"


class NotReady(Refusal):
    """The course can't be handed in for review yet."""

    template = "《{title}》还不能提交审核：{gaps}。"


class WrongCourseState(Refusal):
    """Not possible for the course in its state."""

    template = "《{title}》现在是“{state}”，不能{what}。"


class PriceNeeded(Refusal):
    """A new price is missing."""

    template = (
        "《{title}》现在 {price} 元，说一下新价格，例如“课程改价 99 元”。定价范围 {lowest}–{highest} 元。"
    )


class PriceOutside(Refusal):
    """The price is outside of what a course may cost (paid-course-rules 1.4)."""

    template = "课程定价要在 {lowest}–{highest} 元之间，{asked} 元不行。"


class PriceSame(Refusal):
    """The price is what it was."""

    template = "《{title}》现在就是 {price} 元，不用改。"


class RepricedLately(Refusal):
    """A price stands for a day (paid-course-rules 1.4)."""

    template = "《{title}》刚调过价，{until}之后才能再调。"


class CourseKnown(Refusal):
    """A course of this name is there."""

    template = "你已经有一门《{title}》（{state}），换个名字再建。"
