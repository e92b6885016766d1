"""How much a provider's model was used: counted a creator and a day, so that limits can hold."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tools.kernel.model_use_models import ModelUse


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a model read and wrote."""

    input: int
    output: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.input + self.output


def count(session: Session, *, owner: int, on: date, tokens: Tokens) -> None:
    """Add one call to the creator's day."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(ModelUse).values(
        day=on, owner=owner, calls=1, input_tokens=tokens.input, output_tokens=tokens.output
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[ModelUse.day, ModelUse.owner],
            set_={
                "calls": ModelUse.calls + 1,
                "input_tokens": ModelUse.input_tokens + row.excluded.input_tokens,
                "output_tokens": ModelUse.output_tokens + row.excluded.output_tokens,
            },
        )
    )


def used(session: Session, *, on: date, owner: int | None = None) -> Tokens:
    """Return what was used that day, by one creator or by all."""
    sums = select(
        func.coalesce(func.sum(ModelUse.input_tokens), 0), func.coalesce(func.sum(ModelUse.output_tokens), 0)
    ).where(ModelUse.day == on)
    if owner is not None:
        sums = sums.where(ModelUse.owner == owner)
    read, wrote = session.execute(sums).one()
    return Tokens(int(read), int(wrote))
