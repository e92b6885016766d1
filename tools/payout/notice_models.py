"""The table of what creators were told of rewards."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class RewardNoticeWatermark(Base):
    """The one row that says how far transfers were read for notices: every reward up to there has left its words."""

    __tablename__ = "reward_notice_watermark"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int]
