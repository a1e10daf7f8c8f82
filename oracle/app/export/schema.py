"""The exported tables: names, columns, units. docs/export.md is made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from oracle.app.statement.ledger import Ledger
from oracle.units import WAD

Kind = Literal["integer", "decimal", "text", "flag", "time"]
DECIMALS = 18
"""Of a decimal: amounts are exact, a price that has more of them is rounded."""

Row = Mapping[str, Any]
Value = Callable[[Row, Ledger], Any]


@dataclass(frozen=True)
class Column:
    """One column. `value` takes it from a stored row: int, Fraction, str, bool or UTC seconds."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    value: Value


@dataclass(frozen=True)
class ExportTable:
    """One file; `source` is the store's table."""

    name: str
    source: str
    meaning: str
    columns: tuple[Column, ...]


def _taken(name: str, kind: Kind, unit: str, meaning: str, source: str | None = None) -> Column:
    key = source or name
    return Column(name, kind, unit, meaning, lambda row, ledger: row[key])


def _wei(name: str, unit: str, meaning: str, source: str) -> Column:
    def value(row: Row, ledger: Ledger) -> Fraction | None:
        return None if row[source] is None else Fraction(row[source], WAD)

    return Column(name, "decimal", unit, meaning, value)


def _wh(name: str, meaning: str) -> Column:
    return _taken(name, "integer", "Wh", meaning)


def _known(name: str, meaning: str) -> Column:
    """Empty where nobody knows the member's own use."""

    def value(row: Row, ledger: Ledger) -> int | None:
        return row[name] if ledger.supplies[row["address"]].own_use_known else None

    return Column(name, "integer", "Wh", meaning, value)


def _start(row: Row, ledger: Ledger) -> int | None:
    return ledger.starts.get(row["period"])


def _local(row: Row, ledger: Ledger) -> str | None:
    start = _start(row, ledger)
    return None if start is None else ledger.local(start).isoformat()


PERIOD = _taken("period", "integer", "", "number of the period, from 0")
STARTS = Column("starts_at_utc", "time", "UTC", "start of the period", _start)
LOCAL = Column("starts_at_local", "text", "ISO 8601", "the same in the community's zone", _local)
ACCOUNT = _taken("address", "text", "", "account of the member")
CURRENCY = Column("currency", "text", "", "the community's", lambda row, ledger: ledger.currency)

PERIODS = ExportTable(
    "periods",
    "periods",
    "one row a period: what was posted and traded",
    (
        PERIOD, STARTS, LOCAL,
        _taken("round", "integer", "", "round of reputation and leadership"),
        _wei("price_ele_per_kwh", "ELE/kWh", "posted price; empty where unpriced", "price_wei"),
        _wei("matching_probability", "share", "μ; empty where unpriced", "matching_probability"),
        _wei("served_fraction", "share", "share of demand met at the price", "served_fraction"),
        _taken("elecoin_epoch", "integer", "", "epoch of the elecoin price"),
        _wei(
            "elecoin_price_currency_per_ele", "currency/ELE", "the price of it", "elecoin_price_wei"
        ),
        _taken("elecoin_carried", "flag", "", "no report for the epoch: the last price stands"),
        _wh("energy_traded_wh", "traded among members"),
        _taken("leader", "text", "", "member whose server led the round"),
        CURRENCY,
    ),
)  # fmt: skip

READINGS = ExportTable(
    "readings",
    "readings",
    "one row a member and period: what the meter showed",
    (
        ACCOUNT, PERIOD, STARTS, LOCAL,
        _taken("generation_register_wh", "integer", "Wh",
               "register at the end; behind an import/export meter: of what went out",
               "generation_wh"),
        _taken("consumption_register_wh", "integer", "Wh", "likewise, or of what came in",
               "consumption_wh"),
        _wh("generated_wh", "what the register moved"),
        _wh("consumed_wh", "likewise"),
        _taken("estimated", "flag", "", "estimated, not measured"),
    ),
)  # fmt: skip

ENERGY = ExportTable(
    "energy",
    "member_periods",
    "one row a member and closed period; generated + bought + imported = consumed + sold + "
    "exported",
    (
        ACCOUNT, PERIOD, STARTS, LOCAL,
        _wh("declared_wh", "declared net energy, surplus positive; empty if none"),
        _known("generated_wh", "metered; empty behind an import/export meter"),
        _known("consumed_wh", "likewise"),
        _wh("bought_wh", "from neighbours"),
        _wh("sold_wh", "to neighbours"),
        _wh("imported_wh", "from the grid"),
        _wh("exported_wh", "to the grid"),
    ),
)  # fmt: skip

TRADES = ExportTable(
    "trades",
    "trades",
    "one row a trade by pairs (the pool has none: see energy and bills)",
    (
        PERIOD, STARTS, LOCAL,
        _taken("seller", "text", "", "account of the seller"),
        _taken("buyer", "text", "", "account of the buyer"),
        _wh("energy_wh", "traded"),
        _wei("price_ele_per_kwh", "ELE/kWh", "the posted price", "price_wei"),
        _wei("cost_ele", "ELE", "what the seller received", "cost_wei"),
        _wei("network_ele", "ELE", "network fee, the buyer's", "network_wei"),
        _wei("levy_ele", "ELE", "levy, the buyer's", "levy_wei"),
        _taken("transaction", "text", "", "hash on chain"),
        _taken("log_index", "integer", "", "of the event in its block"),
    ),
)  # fmt: skip

BILLS = ExportTable(
    "bills",
    "bill_lines",
    "one row a member, period and line: positive is paid, negative received",
    (
        ACCOUNT, PERIOD, STARTS, LOCAL,
        _taken("line", "text", "", "as in docs/community.md, Bills", "name"),
        _taken("unit", "text", "", "ELE, or the currency"),
        _wei("amount", "unit", "in the column unit", "amount"),
    ),
)  # fmt: skip

CORRECTIONS = ExportTable(
    "corrections",
    "corrections",
    "one row a correction of a closed period",
    (
        ACCOUNT, PERIOD, STARTS, LOCAL,
        _taken(
            "booked_at_utc", "time", "UTC", "when it was booked: the month that bills it",
            "booked_at",
        ),
        _wh("generated_wh", "by how much generation was read wrongly"),
        _wh("consumed_wh", "by how much consumption was"),
        _taken("reason", "integer", "", "1 replaced value, 2 clock, 3 meter fault, others free"),
        _taken("block", "integer", "", "on chain"),
        _taken("transaction", "text", "", "hash on chain"),
        _taken("log_index", "integer", "", "of the event in its block"),
    ),
)  # fmt: skip

ELECOINS = ExportTable(
    "elecoins",
    "elecoin_moves",
    "one row a purchase or redemption of elecoins",
    (
        ACCOUNT,
        _taken("at_utc", "time", "UTC", "when", "at"),
        _taken("kind", "text", "", "bought or redeemed"),
        _wei("amount_ele", "ELE", "elecoins", "amount_wei"),
        _wei("value_currency", "currency", "what they cost or brought", "value_wei"),
        CURRENCY,
        _taken("transaction", "text", "", "hash on chain"),
        _taken("log_index", "integer", "", "of the event in its block"),
    ),
)  # fmt: skip

PRICES = ExportTable(
    "supply_prices",
    "supply_prices",
    "one row a tariff and period: what the supplier charged, net of VAT",
    (
        _taken("tariff", "text", "", "name in the community file"),
        PERIOD, STARTS, LOCAL,
        _taken("energy_currency_per_kwh", "decimal", "currency/kWh", "energy", "energy"),
        _taken("network_currency_per_kwh", "decimal", "currency/kWh", "network charge", "network"),
        _taken("levy_currency_per_kwh", "decimal", "currency/kWh", "levies and taxes", "levy"),
        _taken("vat_share", "decimal", "share", "VAT on all of it", "vat"),
        _taken(
            "standing_currency_per_day", "decimal", "currency/day", "standing charge", "standing"
        ),
        CURRENCY,
    ),
)  # fmt: skip

MEMBERS = ExportTable(
    "members",
    "members",
    "one row a member",
    (
        ACCOUNT,
        _taken("role", "text", "", "prosumer, consumer or retailer"),
        _taken("zone", "text", "", "her grid zone"),
        Column("meter", "text", "", "key of her meter",
               lambda row, ledger: ledger.supplies[row["address"]].meter),
        Column("tariff", "text", "", "her supplier's tariff",
               lambda row, ledger: ledger.supplies[row["address"]].tariff),
        Column("feed_in_currency_per_kwh", "decimal", "currency/kWh", "paid for a surplus",
               lambda row, ledger: ledger.supplies[row["address"]].feed_in),
        Column("own_use_known", "flag", "", "false behind an import/export meter",
               lambda row, ledger: ledger.supplies[row["address"]].own_use_known),
        CURRENCY,
    ),
)  # fmt: skip

NAME = _taken("name", "text", "", "her name, with --names; empty if it was erased")

TABLES = (
    PERIODS, READINGS, ENERGY, TRADES, BILLS, CORRECTIONS, ELECOINS, PRICES, MEMBERS,
)  # fmt: skip


def schema_markdown() -> str:
    """The tables as docs/export.md lists them."""
    parts = []
    for table in TABLES:
        columns = (*table.columns, NAME) if table is MEMBERS else table.columns
        rows = [f"| `{c.name}` | {c.kind} | {c.unit} | {c.meaning} |" for c in columns]
        head = f"### `{table.name}`\n\n{table.meaning[0].upper()}{table.meaning[1:]}.\n"
        parts.append(
            "\n".join([head, "| column | type | unit | meaning |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(parts) + "\n"
