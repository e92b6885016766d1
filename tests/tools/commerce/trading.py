"""What tests of orders and courses begin with: accounts that may trade, works, a brief."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.calls import a_creator
from tools.catalog import all_invariants
from tools.commerce.orders import briefs_file
from tools.commerce.orders.models import BrandBrief
from tools.creators.models import Work
from tools.kernel.db import Database
from tools.payout import queries
from tools.payout.posting import Asset, Owner, OwnerKind

NO_AUDIENCE = "followers >= 0"


def a_trader(session: Session, handle: str, *, followers: int = 12_000, verified: bool = True) -> int:
    """Store an account that meets the platform's conditions."""
    creator = a_creator(session, handle, followers=followers)
    session.execute(
        text("UPDATE creator SET real_name_verified = :verified WHERE id = :id"),
        {"verified": verified, "id": creator},
    )
    session.expire_all()
    return creator


def a_work(session: Session, creator: int, title: str, *, at: datetime) -> str:
    """Store a work and return the reference that means it."""
    public_id = f"w{creator}-{at:%Y%m%d%H%M}"
    session.add(
        Work(
            public_id=public_id, creator_id=creator, title=title, kind="video", category="美食",
            published_at=at, duration_seconds=40,
        )
    )  # fmt: skip
    session.flush()
    return f"id:{public_id}"


def a_brief(  # noqa: PLR0913 - what a test may want to say of a brief
    session: Session,
    key: str,
    *,
    now: datetime,
    kind: str = "fixed",
    price_fen: int = 1_000_00,
    ceiling_fen: int | None = None,
    budget_fen: int = 3_000_00,
    category: str | None = "美食",
    audience: str = NO_AUDIENCE,
    forbidden: tuple[str, ...] = (),
    deadline: date | None = None,
) -> BrandBrief:
    """Store a brief with its budget in the ledger."""
    brief = BrandBrief(
        key=key,
        brand=f"品牌{key}",
        title="一道菜",
        wants="拍一道菜",
        category=category,
        audience=audience,
        kind=kind,
        budget_fen=budget_fen,
        price_fen=price_fen,
        ceiling_fen=ceiling_fen or price_fen,
        deadline=deadline or now.date() + timedelta(days=20),
        forbidden=list(forbidden),
        imported_at=now,
    )
    briefs_file.store(session, brief, now=now)
    return brief


def broken(database: Database) -> list[str]:
    """Return every line of every room's audit."""
    with database.reading() as session:
        return [line for item in all_invariants() for line in item.violations(session)]


def earned_fen(session: Session, creator: int) -> int:
    """Return a creator's cash, withdrawable or not."""
    owners = {(Owner(kind, str(creator)), Asset.CASH) for kind in (OwnerKind.CREATOR, OwnerKind.UNSETTLED)}
    ids = queries.accounts(session, owners)
    return sum(queries.balances(session, ids.values()).values())
