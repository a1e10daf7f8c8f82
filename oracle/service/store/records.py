"""What the store holds, as frozen records. Energies in Wh, prices and amounts in wei (1e-18).

Times are chain seconds. Addresses are 0x-hex; the store keeps them in lower case and gives them
back with their EIP-55 checksum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

PeriodState = Literal["declared", "priced", "unpriced", "metered", "trading", "rating", "closed"]
PERIOD_STATES: tuple[PeriodState, ...] = (
    "declared",
    "priced",
    "unpriced",
    "metered",
    "trading",
    "rating",
    "closed",
)
Feed = Literal["electricity", "elecoin"]
FEEDS: tuple[Feed, ...] = ("electricity", "elecoin")

T = TypeVar("T")


@dataclass(frozen=True)
class InstanceRecord:
    """One deployment. `instance_id` is random: a chain restarted alike has the same genesis hash.

    `deployment` holds public facts only (addresses, schedule, currency): it may be served.
    """

    instance_id: str
    chain_id: int
    genesis_hash: str
    deployment: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PeriodRecord:
    """One period. Prices are None where it is unpriced.

    price_wei: ELE per kWh; matching_probability and served_fraction: 1e18 fixed point;
    elecoin_price_wei: currency per ELE of the period's epoch; elecoin_carried: that price is an
    earlier epoch's, carried; leader and digest: of the electricity posting.
    """

    period: int
    starts_at: int
    ends_at: int
    state: PeriodState
    round: int
    elecoin_epoch: int
    price_wei: int | None = None
    matching_probability: int | None = None
    served_fraction: int | None = None
    elecoin_price_wei: int | None = None
    elecoin_carried: bool = False
    energy_traded_wh: int = 0
    leader: str | None = None
    digest: str | None = None


@dataclass(frozen=True)
class PostingRecord:
    """An accepted report. `value` is the contract's word; `price_wei` the price in it.

    The price holds in [valid_from, valid_until).
    """

    feed: Feed
    epoch: int
    digest: str
    value: int
    price_wei: int
    block: int
    posted_at: int
    valid_from: int
    valid_until: int
    transaction: str
    leader: str | None = None
    signers: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberRecord:
    """A registered account. The name and the salt that opens its hash live only in the store."""

    address: str
    role: str
    zone: str
    name_hash: str
    name: str | None = None
    salt: str | None = None


@dataclass(frozen=True)
class BillLine:
    """A line of a bill: what the member pays (positive) or receives (negative), in 1e-18 unit."""

    name: str
    unit: str
    amount: int


@dataclass(frozen=True)
class MemberPeriodRecord:
    """A member's energy and bill in one period. `declared_wh` is her signed target, or None."""

    address: str
    period: int
    generated_wh: int
    consumed_wh: int
    bought_wh: int = 0
    sold_wh: int = 0
    imported_wh: int = 0
    exported_wh: int = 0
    declared_wh: int | None = None
    lines: tuple[BillLine, ...] = ()


@dataclass(frozen=True)
class ReadingRecord:
    """A reading: both registers at the end of the period, and what they moved, in Wh."""

    address: str
    period: int
    generation_wh: int
    consumption_wh: int
    generated_wh: int
    consumed_wh: int
    estimated: bool = False


@dataclass(frozen=True)
class CorrectionRecord:
    """By how many Wh a closed period was read wrongly; `booked_at` in metered UTC seconds."""

    transaction: str
    log_index: int
    block: int
    address: str
    period: int
    booked_at: int
    generated_wh: int
    consumed_wh: int
    reason: int


ElecoinMove = Literal["bought", "redeemed"]


@dataclass(frozen=True)
class ElecoinMoveRecord:
    """Elecoins bought or redeemed, in wei, for `value_wei` of currency, at metered UTC seconds."""

    transaction: str
    log_index: int
    address: str
    kind: ElecoinMove
    at: int
    amount_wei: int
    value_wei: int


@dataclass(frozen=True)
class SupplyRecord:
    """A member's meter and her terms with the supplier; `feed_in` in currency per kWh."""

    address: str
    meter: str
    tariff: str
    feed_in: Fraction
    own_use_known: bool = True


@dataclass(frozen=True)
class SupplyPriceRecord:
    """What a tariff charged in a period that began at `starts_at` (metered UTC seconds).

    Currency per kWh, net of `vat` (a share); `standing` per local day.
    """

    tariff: str
    period: int
    starts_at: int
    energy: Fraction
    network: Fraction
    levy: Fraction
    vat: Fraction
    standing: Fraction


@dataclass(frozen=True)
class TradeRecord:
    """One settled trade; price in ELE wei per kWh, amounts in ELE wei."""

    period: int
    transaction: str
    log_index: int
    seller: str
    buyer: str
    energy_wh: int
    price_wei: int
    cost_wei: int
    network_wei: int = 0
    levy_wei: int = 0


@dataclass(frozen=True)
class ReputationRecord:
    """An account's reputation after a round settled, 1e18 fixed point."""

    round: int
    address: str
    value: int
    leader: bool = False


RequestState = Literal["requested", "approved", "refused", "joined"]


@dataclass(frozen=True)
class JoinRequestRecord:
    """Who asked to join, at which UTC second. `approved`: by the operator, not yet on the chain.

    name_hash: over salt and name, for the chain. Name and salt are None once they were erased.
    """

    address: str
    state: RequestState
    asked_at: int
    name: str | None
    salt: str | None
    name_hash: str
    meter: str | None = None


@dataclass(frozen=True)
class GasRecord:
    """Gas of a contract function over the run."""

    function: str
    count: int
    median: int
    total: int


@dataclass(frozen=True)
class Change:
    """Something new: which record, in the order of writing. What event streams are made of."""

    sequence: int
    kind: Literal["period", "posting", "reputation"]
    feed: str
    number: int


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some records, and the cursor of the next page (None at the end)."""

    items: tuple[T, ...]
    next: int | None


@dataclass(frozen=True)
class Stats:
    """Counts for metrics and the status page."""

    periods: int
    priced: int
    last_period: int | None
    postings: Mapping[str, int]
    members: int
    trades: int
    energy_traded_wh: int
