"""The tables of what everybody may see of the market: declared words, proofs of prices, draws."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from oracle.service.store.columns import Address, Exact, Hash, key, metadata, need, of_instance

declarations = Table(
    "declarations",
    metadata,
    of_instance(),
    key("feed", String(16)),
    key("epoch"),
    key("position", Integer),
    need("address", Address),
    need("value", Exact),
)

floors = Table(
    "floors",
    metadata,
    of_instance(),
    key("period"),
    need("ticks"),
)

proofs = Table(
    "proofs",
    metadata,
    of_instance(),
    key("feed", String(16)),
    key("epoch"),
    need("tier", String(16)),
    Column("bound_wei", Exact),
    need("commitment", Hash),
    need("input_block"),
    need("servers", Text),
    need("poster", Address),
    need("gas_used"),
    need("quorum", Integer),
    Column("challengeable_until", BigInteger),
    need("voided", Boolean),
    need("demanded", Text),
)

contests = Table(
    "contests",
    metadata,
    of_instance(),
    key("round"),
    key("zone", String(64)),
    need("number", Integer),
    need("state", String(16)),
    Column("prize_wei", Exact),
    need("least_wh"),
    Column("seed", Hash),
    Column("block_hash", Hash),
    Column("winner", Address),
    Column("entry", Integer),
    need("transactions", Text),
)

tickets = Table(
    "tickets",
    metadata,
    of_instance(),
    key("round"),
    key("zone", String(64)),
    key("position", Integer),
    need("address", Address),
    need("energy_wh"),
)
