"""The tables of the store. The migrations make them; a test holds the two together."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from oracle.service.store.columns import Address, AddressText, Counter, Exact, Hash, Ratio, metadata
from oracle.service.store.columns import key as _key
from oracle.service.store.columns import need as _need
from oracle.service.store.columns import of_instance as _of_instance
from oracle.service.store.market_tables import (
    contests,
    declarations,
    floors,
    proofs,
    tickets,
)

__all__ = ["AddressText", "contests", "declarations", "floors", "metadata", "proofs", "tickets"]

instances = Table(
    "instances",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("instance_id", String(64), nullable=False, unique=True),
    _need("chain_id"),
    _need("genesis_hash", Hash),
    _need("deployment", Text),
    sqlite_autoincrement=True,
)

periods = Table(
    "periods",
    metadata,
    _of_instance(),
    _key("period"),
    _need("starts_at"),
    _need("ends_at"),
    _need("state", String(16)),
    _need("round"),
    _need("elecoin_epoch"),
    Column("price_wei", Exact),
    Column("matching_probability", Exact),
    Column("served_fraction", Exact),
    Column("elecoin_price_wei", Exact),
    _need("elecoin_carried", Boolean),
    _need("energy_traded_wh"),
    Column("leader", Address),
    Column("digest", Hash),
)

postings = Table(
    "postings",
    metadata,
    _of_instance(),
    _key("feed", String(16)),
    _key("epoch"),
    _need("digest", Hash),
    _need("value", Exact),
    _need("price_wei", Exact),
    _need("block"),
    _need("posted_at"),
    _need("valid_from"),
    _need("valid_until"),
    _need("transaction", Hash),
    Column("leader", Address),
    _need("signers", Text),
)

members = Table(
    "members",
    metadata,
    _of_instance(),
    _key("address", Address),
    _need("role", String(16)),
    _need("zone", String(64)),
    _need("name_hash", Hash),
    Column("name", String(64)),
    Column("salt", Hash),
    # Once the operator or the member has changed or erased a name, no writer brings it back.
    _need("name_changed", Boolean),
)

member_periods = Table(
    "member_periods",
    metadata,
    _of_instance(),
    _key("address", Address),
    _key("period"),
    _need("generated_wh"),
    _need("consumed_wh"),
    _need("bought_wh"),
    _need("sold_wh"),
    _need("imported_wh"),
    _need("exported_wh"),
    Column("declared_wh", BigInteger),
)

bill_lines = Table(
    "bill_lines",
    metadata,
    _of_instance(),
    _key("address", Address),
    _key("period"),
    _key("position", Integer),
    _need("name", String(32)),
    _need("unit", String(16)),
    _need("amount", Exact),
)

readings = Table(
    "readings",
    metadata,
    _of_instance(),
    _key("address", Address),
    _key("period"),
    _need("generation_wh"),
    _need("consumption_wh"),
    _need("generated_wh"),
    _need("consumed_wh"),
    _need("estimated", Boolean),
)

corrections = Table(
    "corrections",
    metadata,
    _of_instance(),
    _key("transaction", Hash),
    _key("log_index", Integer),
    _need("block"),
    _need("address", Address),
    _need("period"),
    _need("booked_at"),
    _need("generated_wh"),
    _need("consumed_wh"),
    _need("reason", Integer),
)

elecoin_moves = Table(
    "elecoin_moves",
    metadata,
    _of_instance(),
    _key("transaction", Hash),
    _key("log_index", Integer),
    _need("address", Address),
    _need("kind", String(16)),
    _need("at"),
    _need("amount_wei", Exact),
    _need("value_wei", Exact),
)

supplies = Table(
    "supplies",
    metadata,
    _of_instance(),
    _key("address", Address),
    _need("meter", Address),
    _need("tariff", String(64)),
    _need("feed_in", Ratio),
    _need("own_use_known", Boolean),
)

supply_prices = Table(
    "supply_prices",
    metadata,
    _of_instance(),
    _key("tariff", String(64)),
    _key("period"),
    _need("starts_at"),
    _need("energy", Ratio),
    _need("network", Ratio),
    _need("levy", Ratio),
    _need("vat", Ratio),
    _need("standing", Ratio),
)

trades = Table(
    "trades",
    metadata,
    _of_instance(),
    _key("transaction", Hash),
    _key("log_index", Integer),
    _need("period"),
    _need("seller", Address),
    _need("buyer", Address),
    _need("energy_wh"),
    _need("price_wei", Exact),
    _need("cost_wei", Exact),
    _need("network_wei", Exact),
    _need("levy_wei", Exact),
    Index(None, "instance", "buyer", "period"),
    Index(None, "instance", "seller", "period"),
)

reputation = Table(
    "reputation",
    metadata,
    _of_instance(),
    _key("round"),
    _key("address", Address),
    _need("value", Exact),
    _need("leader", Boolean),
)

gas = Table(
    "gas",
    metadata,
    _of_instance(),
    _key("function", String(128)),
    _need("count"),
    _need("median"),
    _need("total"),
)

changes = Table(
    "changes",
    metadata,
    Column("sequence", Counter, primary_key=True, autoincrement=True),
    Column("instance", Counter, ForeignKey("instances.id", ondelete="CASCADE"), nullable=False),
    _need("kind", String(16)),
    _need("feed", String(16)),
    _need("number"),
    Index(None, "instance", "sequence"),
    sqlite_autoincrement=True,
)

nonces = Table(
    "nonces",
    metadata,
    _key("nonce", Hash),
    Column("expires", BigInteger, nullable=False, index=True),
)

join_requests = Table(
    "join_requests",
    metadata,
    _of_instance(),
    _key("address", Address),
    _need("state", String(16)),
    _need("asked_at"),
    Column("name", String(64)),
    Column("salt", Hash),
    _need("name_hash", Hash),
    Column("meter", Address),
)

# --- what an edge server must not forget ---------------------------------------------------------
# Keyed by `deployment`, "CHAIN ID:ORACLE", and by the key that signs: one store serves one daemon,
# and outlives whatever instance the service shows.

Deployment = String(64)


def _of_key() -> list[Column[Any]]:
    return [_key("deployment", Deployment), _key("signer", Address)]


outbox = Table(
    "outbox",
    metadata,
    *_of_key(),
    _key("nonce"),
    _need("effect", String(160)),
    _need("to", Address),
    _need("data", LargeBinary),
    _need("value", Exact),
    _need("gas"),
    _need("state", String(16)),
    Column("included_as", Hash),
    Column("included_in", BigInteger),
    Column("included_block", Hash),
    Column("succeeded", Boolean),
    Index(None, "deployment", "signer", "effect"),
)

attempts = Table(
    "attempts",
    metadata,
    *_of_key(),
    _key("nonce"),
    _key("position", Integer),
    _need("hash", Hash),
    _need("raw", LargeBinary),
    _need("most", Exact),
    _need("tip", Exact),
    Column("sent_at", BigInteger),
)

signed_reports = Table(
    "signed_reports",
    metadata,
    *_of_key(),
    _key("feed", String(16)),
    _key("epoch"),
    _need("digest", Hash),
    _need("report", Text),
    Column("r", Hash),
    Column("vs", Hash),
)

heard_shares = Table(
    "heard_shares",
    metadata,
    *_of_key(),
    _key("feed", String(16)),
    _key("epoch"),
    _key("sender", Address),
    _key("digest", Hash),
    _need("sequence"),
    _need("message", LargeBinary),
)

cursors = Table(
    "cursors",
    metadata,
    _key("deployment", Deployment),
    _key("name", String(64)),
    _need("block"),
    _need("hashes", Text),
)

learned = Table(
    "learned",
    metadata,
    _key("deployment", Deployment),
    _key("name", String(64)),
    _need("block"),
    _need("hash", Hash),
    _need("state", Text),
)

switches = Table(
    "switches",
    metadata,
    _key("deployment", Deployment),
    _key("name", String(64)),
    _need("on", Boolean),
)

staked_postings = Table(
    "staked_postings",
    metadata,
    *_of_key(),
    _key("transaction", Hash),
    _key("log_index", Integer),
    _need("block"),
    _need("feed", String(16)),
    _need("epoch"),
    _need("digest", Hash),
    _need("verdict", String(16)),
)
