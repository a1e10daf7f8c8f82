"""Periods, prices and members, as OpenAPI shows them. Amounts beyond 53 bits are decimal texts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from oracle.service.http.schemas import Out
from oracle.service.live import Head
from oracle.service.store.market_records import Challenge
from oracle.service.store.records import (
    Feed,
    PeriodRecord,
    PeriodState,
    PostingRecord,
    ReputationRecord,
)
from oracle.units import WAD


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
    challengeable_until: int | None = Field(
        description="chain seconds: posted on stakes, it may be refuted until then, and no "
        "contract reads it before; null: it was proved when it was posted"
    )
    demanded: bool = Field(
        description="a part of its proof is demanded and not yet shown: no contract reads it"
    )

    @classmethod
    def of(cls, record: PostingRecord, challenge: Challenge | None) -> Posting:
        return cls.model_validate(_posting(record, challenge))


PriceState = Literal["upcoming", "current", "stale", "challengeable", "unknown"]


class Price(Posting):
    """A posting against chain time."""

    state: PriceState = Field(
        description="challengeable: it may still be refuted, so nobody should act on it; unknown: "
        "the chain cannot be read"
    )
    age_seconds: int | None = Field(description="chain time since it was posted")

    @classmethod
    def at(cls, record: PostingRecord, challenge: Challenge | None, head: Head | None) -> Price:
        return cls.model_validate(
            _posting(record, challenge)
            | {
                "state": state_at(record, challenge, head),
                "age_seconds": None if head is None else max(0, head.timestamp - record.posted_at),
            }
        )


class Postings(Out):
    feed: Feed
    items: list[Posting]
    next: int | None


class Prices(Out):
    chain_time: int | None
    electricity: Price | None = Field(
        description="the newest posting that a contract reads at this chain time"
    )
    elecoin: Price | None
    challengeable: list[Price] = Field(
        description="newer postings of both feeds, on stakes, which may still be refuted: no "
        "contract reads them yet"
    )
    history: Postings


class Member(Out):
    address: str
    role: str
    zone: str
    reputation: float | None = Field(description="after the last settled round")


class Members(Out):
    items: list[Member]
    next: str | None = Field(description="pass it as `after` for the next page; null at the end")


def state_at(record: PostingRecord, challenge: Challenge | None, head: Head | None) -> PriceState:
    """Whether a price holds at the chain's time."""
    if head is None:
        return "unknown"
    if challenge is not None and challenge.is_open(head.timestamp):
        return "challengeable"
    if head.timestamp < record.valid_from:
        return "upcoming"
    return "current" if head.timestamp < record.valid_until else "stale"


def reputations(records: tuple[ReputationRecord, ...]) -> dict[str, float]:
    return {record.address: record.value / WAD for record in records}


def _float(value: int | None) -> float | None:
    return None if value is None else value / WAD


def _exact(name: str, wei: int | None) -> dict[str, object]:
    return {name: _float(wei), f"{name}_wei": None if wei is None else str(wei)}


def _posting(record: PostingRecord, challenge: Challenge | None) -> dict[str, object]:
    return (
        vars(record)
        | _exact("price", record.price_wei)
        | {
            "value": str(record.value),
            "signers": list(record.signers),
            "challengeable_until": None if challenge is None else challenge.until,
            "demanded": challenge is not None and challenge.demanded,
        }
    )
