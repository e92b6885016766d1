"""Goods, what they sold through which creator, shelves, samples, and what creators don't want to see (FACTS S20)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tools.kernel.db import Base


class Product(Base):
    """A product that creators may sell for a commission; `code` is the platform's number, which creators see.

    The shares are of its buyers, in basis points. `months` has bit n-1 set for month n of its season, 0 for none.
    `refund_bp` is the quality refund rate of the last seven days (product-matching-rules 3.2).
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("price_fen > 0 AND commission_bp BETWEEN 0 AND 9000", name="price"),
        CheckConstraint("stock >= 0 AND samples >= 0", name="stock"),
        CheckConstraint(
            "women_bp BETWEEN 0 AND 10000 AND parents_bp BETWEEN 0 AND 10000 AND young_bp BETWEEN 0 AND 10000",
            name="buyers",
        ),
        CheckConstraint("refund_bp BETWEEN 0 AND 10000 AND months BETWEEN 0 AND 4095", name="refund"),
        CheckConstraint("state IN ('on_sale', 'delisted')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(12))
    supplier: Mapped[str] = mapped_column(String(40))
    ships_from: Mapped[str] = mapped_column(String(20))
    price_fen: Mapped[int]
    commission_bp: Mapped[int]
    stock: Mapped[int]
    samples: Mapped[int]
    refund_bp: Mapped[int]
    women_bp: Mapped[int]
    parents_bp: Mapped[int]
    young_bp: Mapped[int]
    months: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="on_sale")
    updated_at: Mapped[datetime]


class FanProfile(Base):
    """Who a creator's fans are, in basis points of those whose answer is known."""

    __tablename__ = "fan_profile"
    __table_args__ = (
        CheckConstraint(
            "women_bp BETWEEN 0 AND 10000 AND parents_bp BETWEEN 0 AND 10000 AND young_bp BETWEEN 0 AND 10000",
            name="fans",
        ),
    )

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    women_bp: Mapped[int]
    parents_bp: Mapped[int]
    young_bp: Mapped[int]
    counted_on: Mapped[date]


class ProductDay(Base):
    """How often a creator's product was opened on a day."""

    __tablename__ = "product_day"
    __table_args__ = (CheckConstraint("clicks >= 0", name="clicks"),)

    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    clicks: Mapped[int]


class Sale(Base):
    """A buyer's order of one product through a creator: ordered, then received or refunded; received may be refunded.

    `commission_bp` is the rate at the moment of the order (product-matching-rules 2.2), `content_category` what the
    creator's account was about. `ledger_key` names the commission's transfer from the day of receipt on. `owed` says
    that a commission was refunded after the creator had withdrawn it: it is taken back as soon as they hold that much.
    """

    __tablename__ = "sale"
    __table_args__ = (
        CheckConstraint("state IN ('ordered', 'received', 'refunded')", name="state"),
        CheckConstraint("quantity > 0 AND paid_fen > 0 AND commission_fen >= 0", name="amounts"),
        CheckConstraint("state <> 'received' OR received_on IS NOT NULL", name="received"),
        CheckConstraint("(state = 'refunded') = (refunded_on IS NOT NULL)", name="refunded"),
        CheckConstraint("NOT owed OR state = 'refunded'", name="owed"),
        Index("ix_sale_creator_id_bought_on", "creator_id", "bought_on"),
        Index("ix_sale_bought_on", "bought_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    content_category: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    paid_fen: Mapped[int]
    commission_bp: Mapped[int]
    commission_fen: Mapped[int]
    bought_on: Mapped[date]
    received_on: Mapped[date | None]
    refunded_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(8), default="ordered")
    ledger_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    owed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class ShelfItem(Base):
    """A product on a creator's shelf (橱窗) since a moment, until it was taken off."""

    __tablename__ = "shelf_item"
    __table_args__ = (
        CheckConstraint("removed_because IN ('creator', 'delisted')", name="removed_because"),
        CheckConstraint("(removed_at IS NULL) = (removed_because IS NULL)", name="removed"),
        Index(
            "uq_shelf_item_open",
            "creator_id",
            "product_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
            sqlite_where=text("removed_at IS NULL"),
        ),
        Index("ix_shelf_item_product_id", "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[str | None] = mapped_column(String(8))


class SampleRequest(Base):
    """A free sample that a creator asked for; one of a product and month."""

    __tablename__ = "sample_request"
    __table_args__ = (Index("ix_sample_request_creator_id", "creator_id", "requested_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    requested_on: Mapped[date]
    requested_at: Mapped[datetime]


class ProductDislike(Base):
    """What a creator asked to see less of: one product, or with no product a whole category; until it was undone."""

    __tablename__ = "product_dislike"
    __table_args__ = (Index("ix_product_dislike_creator_id", "creator_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    category: Mapped[str] = mapped_column(String(12))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class PeerResult(Base):
    """What creators of one content category sold of a product in the thirty days before `counted_on`."""

    __tablename__ = "peer_result"
    __table_args__ = (CheckConstraint("orders > 0 AND creators > 0", name="counts"),)

    content_category: Mapped[str] = mapped_column(String(20), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    orders: Mapped[int]
    creators: Mapped[int]
    counted_on: Mapped[date]


class RankingFit(Base):
    """The weights of the ranking, learned from what was sold until a day; the latest is used."""

    __tablename__ = "ranking_fit"

    learned_on: Mapped[date] = mapped_column(primary_key=True)
    examples: Mapped[int]
    weights: Mapped[dict[str, Any]]
