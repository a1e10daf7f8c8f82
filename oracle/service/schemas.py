"""What the service sends, as OpenAPI shows it. Amounts beyond 53 bits are decimal texts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from oracle.service.corrections import CorrectionLines
from oracle.service.live import Head
from oracle.service.records import (
    BillLine,
    Feed,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    PeriodState,
    PostingRecord,
    ReputationRecord,
    TradeRecord,
)
from oracle.units import WAD, decimal


class Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class Problem(Out):
    """Every answer other than 2xx."""

    error: str = Field(description="one line")
    field: str | None = Field(None, description="the input that is wrong")
    message: str | None = Field(None, description="the error without its field")


class Health(Out):
    ok: bool = Field(description="the store holds a deployment and the chain can be read")
    version: str
    instance_id: str | None = Field(description="random, new for each deployment")
    chain_id: int | None
    genesis_hash: str | None
    block: int | None
    block_time: int | None = Field(description="chain seconds")


class Period(Out):
    period: int
    starts_at: int = Field(description="chain seconds; the period is [starts_at, ends_at)")
    ends_at: int
    state: PeriodState
    round: int = Field(description="of reputation and leadership")
    price: float | None = Field(description="ELE per kWh; null where unpriced")
    price_wei: str | None = Field(description="the same, exact, 1e-18 ELE per kWh")
    matching_probability: float | None
    served_fraction: float | None
    energy_traded_wh: int
    elecoin_epoch: int
    elecoin_price: float | None = Field(description="currency per ELE")
    elecoin_price_wei: str | None
    elecoin_carried: bool = Field(description="no report for this epoch: an earlier price stands")
    leader: str | None
    digest: str | None

    @classmethod
    def of(cls, record: PeriodRecord) -> Period:
        shares = ("matching_probability", "served_fraction")
        return cls.model_validate(
            vars(record)
            | _exact("price", record.price_wei)
            | _exact("elecoin_price", record.elecoin_price_wei)
            | {name: _float(getattr(record, name)) for name in shares}
        )


class Periods(Out):
    items: list[Period]
    next: int | None = Field(description="pass it as `after` for the next page; null at the end")


class Posting(Out):
    feed: Feed
    epoch: int = Field(description="electricity: the period")
    price: float = Field(description="ELE per kWh, or currency per ELE")
    price_wei: str
    value: str = Field(description="the contract's word, decimal")
    digest: str
    block: int
    posted_at: int
    valid_from: int = Field(description="chain seconds; it holds in [valid_from, valid_until)")
    valid_until: int
    transaction: str
    leader: str | None
    signers: list[str]

    @classmethod
    def of(cls, record: PostingRecord) -> Posting:
        return cls.model_validate(_posting(record))


class Price(Posting):
    """A posting against chain time."""

    state: Literal["upcoming", "current", "stale", "unknown"] = Field(
        description="unknown: the chain cannot be read"
    )
    age_seconds: int | None = Field(description="chain time since it was posted")

    @classmethod
    def at(cls, record: PostingRecord, head: Head | None) -> Price:
        return cls.model_validate(
            _posting(record)
            | {
                "state": state_at(record, head),
                "age_seconds": None if head is None else max(0, head.timestamp - record.posted_at),
            }
        )


class Postings(Out):
    feed: Feed
    items: list[Posting]
    next: int | None


class Prices(Out):
    chain_time: int | None
    electricity: Price | None = Field(description="the newest posting")
    elecoin: Price | None
    history: Postings


class Member(Out):
    address: str
    role: str
    zone: str
    reputation: float | None = Field(description="after the last settled round")


class Members(Out):
    items: list[Member]
    next: str | None = Field(description="pass it as `after` for the next page; null at the end")


class Line(Out):
    name: str
    unit: str = Field(description="ELE, or the community's currency")
    amount: str = Field(description="decimal, exact; what the member pays, negative: receives")

    @classmethod
    def of(cls, line: BillLine) -> Line:
        return cls(name=line.name, unit=line.unit, amount=decimal(line.amount))


class MemberPeriod(Out):
    period: int
    declared_wh: int | None
    generated_wh: int
    consumed_wh: int
    bought_wh: int
    sold_wh: int
    imported_wh: int
    exported_wh: int
    bill: list[Line]

    @classmethod
    def of(cls, record: MemberPeriodRecord) -> MemberPeriod:
        lines = [Line.of(line) for line in record.lines]
        return cls.model_validate(vars(record) | {"bill": lines})


class Correction(Out):
    """By how much a closed period was read wrongly; its lines are on the bill that books it."""

    period: int
    booked_at: int = Field(description="metered UTC seconds")
    reason: int = Field(description="1 replaced value, 2 clock, 3 meter fault, others free")
    generated_wh: int
    consumed_wh: int
    imported_wh: int = Field(description="more imported from the grid")
    exported_wh: int
    bill: list[Line]

    @classmethod
    def of(cls, made: CorrectionLines) -> Correction:
        return cls.model_validate(
            vars(made.record)
            | {
                "imported_wh": made.imported_wh,
                "exported_wh": made.exported_wh,
                "bill": [Line.of(line) for line in made.lines],
            }
        )


class Trade(Out):
    period: int
    seller: str
    buyer: str
    energy_wh: int
    price_wei: str
    cost_wei: str
    network_wei: str
    levy_wei: str
    transaction: str

    @classmethod
    def of(cls, record: TradeRecord) -> Trade:
        amounts = ("price_wei", "cost_wei", "network_wei", "levy_wei")
        return cls.model_validate(
            vars(record) | {name: str(getattr(record, name)) for name in amounts}
        )


class OwnData(Out):
    """A member's own data: never sent without her signature or the operator's token."""

    address: str
    name: str | None
    role: str
    zone: str
    reputation: float | None
    periods: list[MemberPeriod]
    totals: list[Line] = Field(description="the bill of the periods listed here, by line")
    trades: list[Trade] = Field(description="hers, in the periods listed here, oldest first")
    corrections: list[Correction] = Field(description="all of hers, not in the totals")
    more_trades: bool = Field(description="there are more of them: ask for fewer periods")
    next: int | None

    @classmethod
    def of(
        cls,
        member: MemberRecord,
        records: tuple[MemberPeriodRecord, ...],
        *,
        trades: tuple[TradeRecord, ...],
        corrections: tuple[CorrectionLines, ...],
        reputation: float | None,
        following: int | None,
        more_trades: bool,
    ) -> OwnData:
        totals: dict[tuple[str, str], int] = {}
        for record in records:
            for line in record.lines:
                key = line.name, line.unit
                totals[key] = totals.get(key, 0) + line.amount
        return cls(
            address=member.address,
            name=member.name,
            role=member.role,
            zone=member.zone,
            reputation=reputation,
            periods=[MemberPeriod.of(record) for record in records],
            totals=[Line.of(BillLine(*key, amount)) for key, amount in totals.items()],
            trades=[Trade.of(trade) for trade in trades],
            corrections=[Correction.of(made) for made in corrections],
            next=following,
            more_trades=more_trades,
        )


class NameChange(BaseModel):
    """A new name, or null to erase the name and the salt of its hash for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(max_length=63, pattern=r"^\w[\w .\-]{0,62}$")


class Named(Out):
    address: str
    name: str | None


def state_at(
    record: PostingRecord, head: Head | None
) -> Literal["upcoming", "current", "stale", "unknown"]:
    """Whether a price holds at the chain's time."""
    if head is None:
        return "unknown"
    if head.timestamp < record.valid_from:
        return "upcoming"
    return "current" if head.timestamp < record.valid_until else "stale"


def reputations(records: tuple[ReputationRecord, ...]) -> dict[str, float]:
    return {record.address: record.value / WAD for record in records}


def _float(value: int | None) -> float | None:
    return None if value is None else value / WAD


def _exact(name: str, wei: int | None) -> dict[str, object]:
    return {name: _float(wei), f"{name}_wei": None if wei is None else str(wei)}


def _posting(record: PostingRecord) -> dict[str, object]:
    return (
        vars(record)
        | _exact("price", record.price_wei)
        | {"value": str(record.value), "signers": list(record.signers)}
    )
