"""What everybody may see of the market, as OpenAPI shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from oracle.rounds.finish_clearing import SLOPE_BITS
from oracle.rounds.tickets import drawn_number, odds, running_sums
from oracle.rounds.words import PostedValue
from oracle.service.http.schemas import Out
from oracle.service.market.book import Bid, Book, Point, Side
from oracle.service.market.schemas import Posting
from oracle.service.store.market_records import (
    ContestRecord,
    ContestState,
    ProofRecord,
    StandingRecord,
    TicketRecord,
    Tier,
)
from oracle.service.store.records import PostingRecord, ReputationRecord, SupplyPriceRecord
from oracle.units import TICK, WAD, WH_PER_KWH, ticks_to_float, ticks_to_wei

_UNITS = WH_PER_KWH << SLOPE_BITS
StepPoint = tuple[float, float]


class PublicBid(Out):
    """One declared word. On chain, too, it stands with the address and without a name."""

    account: str
    side: Side
    energy_wh: int
    limit: float | None = Field(
        description="ELE per kWh: what a kWh is worth to a buyer before fees, or the least that a "
        "seller takes; null where her energy may not be sold"
    )
    limit_wei: str | None
    serves_wh: int | None = Field(
        description="what the price gives her of it; what was metered and traded is another matter"
    )

    @classmethod
    def of(cls, bid: Bid) -> PublicBid:
        ticks = bid.limit_ticks
        return cls(
            account=bid.account,
            side=bid.side,
            energy_wh=bid.energy_wh,
            limit=None if ticks is None else ticks_to_float(ticks),
            limit_wei=None if ticks is None else str(ticks_to_wei(ticks)),
            serves_wh=bid.served_wh,
        )


class PeriodBook(Out):
    """What was declared for a period, and where supply and demand meet."""

    period: int
    floor: float = Field(description="ELE per kWh: no price is below it")
    price: float | None = Field(
        description="ELE per kWh; null where none is posted, or may still be refuted"
    )
    price_wei: str | None
    bids: list[PublicBid] = Field(description="in the order of the chain")
    supply: list[StepPoint] = Field(description="[kWh, ELE/kWh]: both ends of each step")
    demand: list[StepPoint] = Field(
        description="[kWh, ELE/kWh]: a line between any two, from the highest price to the floor"
    )
    cleared_kwh: float | None = Field(description="demand at the price, which is all served")
    matching_probability: float | None
    served_fraction: float | None

    @classmethod
    def of(cls, period: int, floor_ticks: int, value: PostedValue | None, made: Book) -> PeriodBook:
        return cls(
            period=period,
            floor=ticks_to_float(floor_ticks),
            price=None if value is None else ticks_to_float(value.price_ticks),
            price_wei=None if value is None else str(value.price_ticks * TICK),
            bids=[PublicBid.of(bid) for bid in made.bids],
            supply=[_point(point) for point in made.supply],
            demand=[_point(point) for point in made.demand],
            cleared_kwh=None if made.cleared is None else made.cleared / _UNITS,
            matching_probability=None if value is None else value.matching_wad / WAD,
            served_fraction=None if value is None else value.served_wad / WAD,
        )


def _point(point: Point) -> StepPoint:
    return point[0] / _UNITS, ticks_to_float(point[1])


class GridPeriod(Out):
    """What the grid charges in a period."""

    period: int
    tariffs: dict[str, float] = Field(
        description="currency per kWh by tariff: energy, network, levy and VAT, no standing charge"
    )

    @classmethod
    def all_of(cls, records: Sequence[SupplyPriceRecord]) -> list[GridPeriod]:
        """By period, the newest first."""
        found: dict[int, dict[str, float]] = {}
        for r in records:
            net = r.energy + r.network + r.levy
            found.setdefault(r.period, {})[r.tariff] = float(net * (1 + r.vat))
        return [cls(period=p, tariffs=found[p]) for p in sorted(found, reverse=True)]


BoundSentence = Literal["price_within", "utility_within", "on_stakes", "consent"]


class Certificate(Posting):
    """A posting, and what stands behind it."""

    tier: Tier = Field(
        description="inline: the chain checked all declarations; constant: their totals; "
        "optimistic: a claim on stakes that anybody may refute; consent: those bound by it signed"
    )
    bound: float | None = Field(description="null where nothing was computed")
    bound_wei: str | None
    bound_unit: Literal["ELE/kWh", "currency"] = Field(
        description="electricity: the equilibrium is at most so far below the price; elecoin: no "
        "other price gives the edge servers so much more"
    )
    bound_sentence_key: BoundSentence
    commitment: str = Field(description="hash of all declarations in their order")
    declarations: int
    input_block: int = Field(description="the declarations up to this block were priced")
    order: list[str] = Field(description="signers in the order in which they may post")
    turn: int | None = Field(description="index of who posted; null if it was none of them")
    poster: str
    gas_used: int
    signatures: int
    quorum: int
    voided: bool = Field(description="a challenge held: nobody reads this price")

    @classmethod
    def with_proof(cls, record: PostingRecord, proof: ProofRecord, declared: int) -> Certificate:
        electricity = record.feed == "electricity"
        sentence: BoundSentence = "price_within" if electricity else "utility_within"
        if proof.bound_wei is None:
            sentence = "consent" if proof.tier == "consent" else "on_stakes"
        order = list(proof.servers)
        return cls.model_validate(
            Posting.of(record, proof.challenge).model_dump()
            | {
                "tier": proof.tier,
                "bound": None if proof.bound_wei is None else proof.bound_wei / WAD,
                "bound_wei": None if proof.bound_wei is None else str(proof.bound_wei),
                "bound_unit": "ELE/kWh" if electricity else "currency",
                "bound_sentence_key": sentence,
                "commitment": proof.commitment,
                "declarations": declared,
                "input_block": proof.input_block,
                "order": order,
                "turn": order.index(proof.poster) if proof.poster in order else None,
                "poster": proof.poster,
                "gas_used": proof.gas_used,
                "signatures": len(record.signers),
                "quorum": proof.quorum,
                "voided": proof.voided,
            }
        )


class DrawProof(Out):
    """Why this entry won: the seed names a number, and the entry's tickets hold it."""

    index: int = Field(description="of the entry")
    number: int = Field(description="keccak(seed, zone) mod total; zone by its number")
    first: int = Field(description="the entry's tickets are the numbers from first to last")
    last: int
    zone_number: int
    block_hash: str = Field(description="of the block after the closing, which is in the seed")


class Contest(Out):
    """A zone's draw of a round."""

    round: int
    zone: str
    state: ContestState = Field(
        description="empty: no draw in any zone; below_minimum: too little energy in this one; "
        "rolled_over: a secret was withheld"
    )
    prize: float | None = Field(description="ELE; null while entries are open")
    prize_wei: str | None
    tickets: dict[str, int] = Field(
        description="Wh of the round by account, one ticket each; she enters when it is over"
    )
    total: int
    odds: dict[str, float] = Field(description="share of the tickets, by account")
    winner: str | None
    seed: str | None
    proof: DrawProof | None
    least: int = Field(description="Wh that a zone must exceed")
    transactions: list[str]

    @classmethod
    def of(cls, record: ContestRecord, entries: Sequence[TicketRecord]) -> Contest:
        energies = [entry.energy_wh for entry in entries]
        held: dict[str, int] = {}
        for entry in entries:
            held[entry.address] = held.get(entry.address, 0) + entry.energy_wh
        sums = running_sums(energies)
        chances: dict[str, float] = {}
        for entry, chance in zip(entries, odds(sums), strict=True):
            chances[entry.address] = chances.get(entry.address, 0.0) + float(chance)
        return cls(
            round=record.round,
            zone=record.zone,
            state=record.state,
            prize=None if record.prize_wei is None else record.prize_wei / WAD,
            prize_wei=None if record.prize_wei is None else str(record.prize_wei),
            tickets=held,
            total=sum(energies),
            odds=chances,
            winner=record.winner,
            seed=record.seed,
            proof=_draw_proof(record, sums),
            least=record.least_wh,
            transactions=list(record.transactions),
        )


def _draw_proof(record: ContestRecord, sums: Sequence[int]) -> DrawProof | None:
    if record.entry is None or record.seed is None or record.block_hash is None:
        return None
    seed = bytes.fromhex(record.seed.removeprefix("0x"))
    return DrawProof(
        index=record.entry,
        number=drawn_number(seed, record.number, sums[-1]),
        first=sums[record.entry - 1] if record.entry else 0,
        last=sums[record.entry] - 1,
        zone_number=record.number,
        block_hash=record.block_hash,
    )


class RoundReputation(Out):
    round: int
    leader: str | None
    values: dict[str, float] = Field(description="by account, after the round settled")


class AccountReputation(Out):
    address: str
    value: float = Field(description="after the last round that settled for her")
    since_round: int = Field(description="the first round that settled for her")
    rounds: int = Field(description="her age: rounds that settled since she last led")


class ReputationHistory(Out):
    """How reputations went, and how old they are."""

    rounds: list[RoundReputation] = Field(description="oldest first")
    accounts: list[AccountReputation] = Field(description="highest first, by all rounds")

    @classmethod
    def of(
        cls,
        records: Sequence[ReputationRecord],
        standings: Sequence[StandingRecord],
        account: str | None = None,
    ) -> ReputationHistory:
        """`records` by round; with `account` only her values."""
        rounds: dict[int, list[ReputationRecord]] = {}
        for record in records:
            rounds.setdefault(record.round, []).append(record)
        shown = [s for s in standings if account in (None, s.address)]
        return cls(
            rounds=[
                RoundReputation(
                    round=number,
                    leader=next((r.address for r in found if r.leader), None),
                    values={
                        r.address: r.value / WAD for r in found if account in (None, r.address)
                    },
                )
                for number, found in rounds.items()
            ],
            accounts=[
                AccountReputation(
                    address=s.address, value=s.value / WAD, since_round=s.since_round, rounds=s.age
                )
                for s in sorted(shown, key=lambda s: (-s.value, s.address.lower()))
            ],
        )
