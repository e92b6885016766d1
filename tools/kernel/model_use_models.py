"""The table of what a provider's model was asked."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class ModelUse(Base):
    """What a provider's model read and wrote for one creator on one day; `owner` is 0 for all who are not linked."""

    __tablename__ = "model_use"
    __table_args__ = (
        CheckConstraint("calls > 0 AND input_tokens >= 0 AND output_tokens >= 0", name="counts"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calls: Mapped[int]
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
