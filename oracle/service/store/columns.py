"""What the tables of the store are made of: types of columns, names, the key of an instance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Exact(TypeDecorator[int]):
    """An integer of any size as decimal text: SQLite's own end at 64 bits, or turn to floats."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        return None if value is None else str(int(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


class Ratio(TypeDecorator[Fraction]):
    """A rational number as text, numerator/denominator: a twelfth of a price stays one."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


# SQLite counts only a plain INTEGER up by itself.
Counter = BigInteger().with_variant(Integer(), "sqlite")


class AddressText(String):
    """An account's address: 0x and 40 hex digits, in lower case."""


Address = AddressText(42)
Hash = String(66)

metadata = MetaData(naming_convention=NAMING)


def of_instance() -> Column[int]:
    """The first part of the key of what belongs to one deployment."""
    return Column(
        "instance",
        Counter,
        ForeignKey("instances.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


def key(name: str, kind: Any = BigInteger) -> Column[Any]:
    """A part of the key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def need(name: str, kind: Any = BigInteger) -> Column[Any]:
    """A column that is never null."""
    return Column(name, kind, nullable=False)
