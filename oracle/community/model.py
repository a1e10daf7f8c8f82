"""A community as its TOML file describes it, checked. No clock, no chain, no profiles."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from oracle.community.retail import Price, Retail
from oracle.units import currency_to_ticks_exact, exact

Role = Literal["prosumer", "consumer", "retailer"]
StandardProfile = Literal[
    "h0", "g0", "g1", "g2", "g3", "g4", "g5", "g6", "l0", "l1", "l2", "h25", "g25", "l25"
]
Meter = Literal["load_generation", "import_export"]
"""What a member's two registers count: use and generation apart, or only what passes her fence."""
Name = Annotated[
    str, StringConstraints(pattern=r"^\w[\w .\-]{0,62}$", strip_whitespace=True, max_length=63)
]
OnGrid = AfterValidator(lambda value: (currency_to_ticks_exact(value), value)[1])
"""The chain holds these in steps of 1e-6."""
Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]

ElecoinPrice = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False), OnGrid]

SIX_HOURS = 6 * 3600


def _local_midnight(zone: str, day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(zone)).timestamp())


@lru_cache(maxsize=4096)
def periods_of_day(zone: str, step: int, day: dt.date) -> int:
    """Periods of `step` seconds in a local day."""
    after = _local_midnight(zone, day + dt.timedelta(days=1))
    return (after - _local_midnight(zone, day)) // step


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Storage(_Table):
    """A battery behind the meter. `efficiency` is that of a full cycle."""

    capacity_kwh: Positive
    power_kw: Positive
    efficiency: float = Field(default=0.9, gt=0, le=1)
    initial_kwh: NonNegative = 0.0

    @model_validator(mode="after")
    def _initial_fits(self) -> Storage:
        if self.initial_kwh > self.capacity_kwh:
            raise ValueError(f"initial_kwh: {self.initial_kwh}: at most capacity_kwh")
        return self


class Photovoltaics(_Table):
    """For the clear-sky forecast: peak power, tilt from the horizontal, azimuth (180: south)."""

    peak_kw: Positive
    tilt: float = Field(default=30.0, ge=0, le=90)
    azimuth: float = Field(default=180.0, ge=0, le=360)


class Member(_Table):
    """One metered member. `feed_in` is the currency per kWh that the grid pays for a surplus.

    `supported` generation may be neither sold nor certified. `rated_kw` is the reputation's scale.
    Behind an `import_export` meter nobody knows what she used of her own generation.
    """

    name: Name
    role: Role
    zone: Name
    retail: Name
    feed_in: Annotated[Price, OnGrid] = 0.0
    supported: bool = False
    renewable: bool = True
    rated_kw: Positive
    meter: Meter = "load_generation"
    storage: Storage | None = None
    annual_kwh: NonNegative = 0.0
    standard_profile: StandardProfile = "h0"
    pv: tuple[Photovoltaics, ...] = ()

    @property
    def may_sell(self) -> bool:
        """A consumer has nothing to sell, and supported generation may not be sold."""
        return self.role != "consumer" and not self.supported


class Fee(_Table):
    """Local network fee and levy per kWh in currency, from the seller's zone to the buyer's."""

    source: Name = Field(alias="from")
    target: Name = Field(alias="to")
    network: Annotated[NonNegative, OnGrid] = 0.0
    levy: Annotated[NonNegative, OnGrid] = 0.0


class EdgeServer(_Table):
    name: Name
    run_by: Name


class Location(_Table):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Market(_Table):
    """The market's constants. Prices of an elecoin in currency; times in seconds of the chain."""

    redemption: ElecoinPrice = 0.97
    target_price: ElecoinPrice = 1.02
    price_min: ElecoinPrice | None = None
    price_max: ElecoinPrice = 1.05
    typical_need: Positive = 0.4
    floor_feed_in: Annotated[NonNegative, OnGrid] | None = None
    tolerance: float = Field(default=0.1, ge=0, le=1)
    epoch_periods: int | None = Field(default=None, ge=1, le=1000)
    round_periods: int | None = Field(default=None, ge=1, le=1000)
    tau: NonNegative = 3.0
    initial_reputation: NonNegative = 1.0
    quality_threshold: int = Field(default=50, ge=0, le=100)
    reward_bond: Positive = 1.0
    reward_activation: Positive = 1.0
    total_elecoins: Positive = 1_000_000.0
    unit_power_price: Positive = 0.2
    declaration_lead: int = Field(default=300, ge=1, le=604_800)
    elecoin_lead: int = Field(default=300, ge=1, le=604_800)
    reading_grace: int = Field(default=300, ge=0, le=604_800)
    trade_window: int = Field(default=600, ge=1, le=604_800)
    rating_window: int = Field(default=600, ge=1, le=604_800)

    @model_validator(mode="after")
    def _prices_in_order(self) -> Market:
        low = self.redemption if self.price_min is None else self.price_min
        if low < self.redemption:
            raise ValueError(f"price_min: {low}: must not be below redemption")
        if not self.redemption < self.target_price:
            raise ValueError(f"target_price: {self.target_price}: must be above redemption")
        if not low <= self.target_price <= self.price_max:
            raise ValueError(
                f"target_price: {self.target_price}: must be from price_min to price_max"
            )
        if exact(self.tolerance) * 10_000 % 1:
            raise ValueError(f"tolerance: {self.tolerance}: must be a multiple of 0.0001")
        return self

    @property
    def lowest_price(self) -> float:
        return self.redemption if self.price_min is None else self.price_min

    @property
    def tolerance_bps(self) -> int:
        """The tolerance in hundredths of a percent, as the contract holds it."""
        return int(exact(self.tolerance) * 10_000)


class Orders(_Table):
    """What every member allows her agent: the most per kWh in ELE, fees included, and in ELE a day.

    Left out, it is what the grid would cost her.
    """

    max_price: Positive | None = None
    daily_budget: Positive | None = None


class Community(_Table):
    """Everything in the TOML file. Members and servers keep the file's order (registration)."""

    name: str = Field(default="community", min_length=1, max_length=80)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    timezone: str
    step: int
    profiles: str | None = None
    gaps: Literal["error", "estimate"] = "error"
    default_start: dt.date | None = None
    holidays: tuple[dt.date, ...] = ()
    location: Location | None = None
    retail: dict[Name, Retail] = Field(min_length=1)
    fees: tuple[Fee, ...] = Field(default=(), alias="fee")
    members: tuple[Member, ...] = Field(alias="member", min_length=1, max_length=10_000)
    edge_servers: tuple[EdgeServer, ...] = Field(default=(), alias="edge_server")
    market: Market = Market()
    orders: Orders = Orders()

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("must be an IANA time zone such as Europe/Berlin") from error
        return value

    @field_validator("step")
    @classmethod
    def _step_is_metered(cls, value: int) -> int:
        if value not in (900, 1800, 3600):
            raise ValueError("must be 900, 1800 or 3600 seconds")
        return value

    @model_validator(mode="after")
    def _references(self) -> Community:
        names = [m.name for m in self.members]
        for i, member in enumerate(self.members):
            if member.name in names[:i]:
                raise ValueError(f"member.{i}.name: {member.name!r}: every name only once")
            if member.retail not in self.retail:
                raise ValueError(
                    f"member.{i}.retail: {member.retail!r}: one of {', '.join(self.retail)}"
                )
            if member.pv and self.location is None:
                raise ValueError(f"member.{i}.pv: set: needs a [location] with latitude, longitude")
        zones, pairs = {m.zone for m in self.members}, set()
        for i, fee in enumerate(self.fees):
            for zone in (fee.source, fee.target):
                if zone not in zones:
                    raise ValueError(f"fee.{i}: {zone!r}: a zone of a member")
            if (fee.source, fee.target) in pairs:
                raise ValueError(f"fee.{i}: {fee.source}-{fee.target}: every pair only once")
            pairs.add((fee.source, fee.target))
        servers = [s.name for s in self.edge_servers]
        for i, server in enumerate(self.edge_servers):
            if server.run_by not in names:
                raise ValueError(f"edge_server.{i}.run_by: {server.run_by!r}: a member's name")
            if server.name in servers[:i]:
                raise ValueError(f"edge_server.{i}.name: {server.name!r}: every name only once")
        if self.edge_servers and len(self.edge_servers) % 2 == 0:
            raise ValueError(f"edge_server: {len(servers)} servers: an odd number of them (2f + 1)")
        return self

    @cached_property
    def member_index(self) -> dict[str, int]:
        return {m.name: i for i, m in enumerate(self.members)}

    def member(self, name: str) -> Member:
        return self.members[self.member_index[name]]

    @cached_property
    def own_use_known(self) -> bool:
        """Whether every member's meter tells use from generation."""
        return all(m.meter == "load_generation" for m in self.members)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Zones in the order in which members first name them: zone numbers on chain."""
        return tuple(dict.fromkeys(m.zone for m in self.members))

    @cached_property
    def fee_of(self) -> dict[tuple[str, str], Fee]:
        """Fees by (seller's zone, buyer's zone); a pair that is missing may not trade."""
        return {(f.source, f.target): f for f in self.fees}

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def epoch_periods(self) -> int:
        """Periods for which an elecoin price holds; six hours unless the file says otherwise."""
        return self.market.epoch_periods or SIX_HOURS // self.step

    @property
    def round_periods(self) -> int:
        """T_C, the periods of a reputation round; six hours unless the file says otherwise."""
        return self.market.round_periods or SIX_HOURS // self.step

    @cached_property
    def sellers_by_zone(self) -> dict[str, int]:
        """How many members of each zone may sell; zones without any are not in it."""
        return dict(Counter(m.zone for m in self.members if m.may_sell))

    @cached_property
    def floor_feed_in(self) -> Fraction:
        """φ: the file's, else the lowest feed-in (at least 0) among members who may sell."""
        if self.market.floor_feed_in is not None:
            return exact(self.market.floor_feed_in)
        return min(
            (max(Fraction(0), exact(m.feed_in)) for m in self.members if m.may_sell),
            default=Fraction(0),
        )

    def local_midnight(self, day: dt.date) -> int:
        """UTC seconds of a local day's first instant."""
        return _local_midnight(self.timezone, day)

    def periods_of_day(self, day: dt.date) -> int:
        """Periods in a local day: 96 quarter-hours, 92 and 100 at the clock changes."""
        return periods_of_day(self.timezone, self.step, day)


DEFAULT_COMMUNITY = Path(__file__).parent / "default" / "community.toml"
