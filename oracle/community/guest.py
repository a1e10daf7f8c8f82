"""A visitor's household, which is not there: a member's load and a small roof, scaled and shifted.

Everything follows from the community's profiles and a seed. So she has something to buy when her
neighbours sell, no two visitors are alike, and nobody's own readings are shown as hers.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field

from oracle.community.model import Community, Member
from oracle.community.profiles import DAY, Profiles
from oracle.units import MilliwattSeconds, kw_to_wh, kw_to_wh_toward_zero

MEAN_KW = (0.4, 0.8)
"""Her mean load, least and most."""
ROOF_SHARE = (0.1, 0.25)
"""What her roof makes of it."""
MOST_SHIFT = 4
"""Periods by which her day is later than her model's."""
LEAST_RATED_KW = 3.0


@dataclass(frozen=True)
class GuestReading:
    """Her meter at a period's end: registers in Wh; whether the profile had a gap there."""

    generation_register: int
    consumption_register: int
    estimated: bool


@dataclass
class GuestHousehold:
    """One visitor behind her meter. `member` has her zone, tariff and rating, and no name of hers.

    `load` and `roof` are a member's index in the profiles and the factor on her kW; `shift` is in
    seconds.
    """

    member: Member
    step: int
    load: tuple[int, float]
    roof: tuple[int, float]
    shift: int
    _registers: list[int] = field(default_factory=lambda: [0, 0])
    _rests: list[MilliwattSeconds] = field(
        default_factory=lambda: [MilliwattSeconds(0), MilliwattSeconds(0)]
    )

    @property
    def buyer(self) -> Member:
        """Her terms as a buyer's: a member who may sell counts among her zone's sellers, and she is
        not one of the file's."""
        return self.member.model_copy(update={"role": "consumer"})

    def kw(self, profiles: Profiles, start: int) -> tuple[float, float, bool]:
        """Load and generation in kW of the period that starts at these UTC seconds, and whether a
        gap was filled there."""
        row = profiles.window(max(start - self.shift, int(profiles.start[0])), 1)
        (load, scale), (roof, share) = self.load, self.roof
        gap = row.estimated[0, load] or row.estimated[0, roof]
        return (
            scale * float(row.load_kw[0, load]),
            share * float(row.generation_kw[0, roof]),
            bool(gap),
        )

    def meter(self, profiles: Profiles, start: int) -> GuestReading:
        """The reading at the end of that period. Periods are metered in order, once each."""
        load, generation, gap = self.kw(profiles, start)
        for i, power in enumerate((generation, load)):
            wh, self._rests[i] = kw_to_wh(power, self.step, self._rests[i])
            self._registers[i] += wh
        return GuestReading(self._registers[0], self._registers[1], gap)

    def expected_net_wh(self, profiles: Profiles, start: int) -> int:
        """What an agent declares for her: the day before again, signed, + a surplus."""
        load, generation, _ = self.kw(profiles, start - DAY)
        return kw_to_wh_toward_zero(generation - load, self.step)


def guest_household(community: Community, profiles: Profiles, seed: bytes) -> GuestHousehold:
    """The household of who has this seed, say her address.

    Her load has the shape of the member's who buys most of what she uses, her roof that of the
    member's who makes most.
    """
    digest = hashlib.sha256(b"wattmarket guest " + seed).digest()

    def between(place: int, low: float, high: float) -> float:
        part = int.from_bytes(digest[4 * place : 4 * place + 4], "big") / 2**32
        return low + (high - low) * part

    loads, roofs = profiles.load_kw.mean(axis=0), profiles.generation_kw.mean(axis=0)
    users = [i for i, load in enumerate(loads) if load > 0] or [0]
    model = min(users, key=lambda i: float(roofs[i]) / max(float(loads[i]), 1e-9))
    best = int(roofs.argmax())
    mean_kw = between(0, *MEAN_KW)
    scale = mean_kw / float(loads[model]) if loads[model] > 0 else 0.0
    share = between(1, *ROOF_SHARE) * mean_kw / float(roofs[best]) if roofs[best] > 0 else 0.0
    most_kw = max(
        scale * float(profiles.load_kw[:, model].max()),
        share * float(profiles.generation_kw[:, best].max()),
    )
    zones = _zones_to_buy_in(community)
    like = community.members[model]
    member = Member(
        name="guest",
        role="prosumer",
        zone=zones[digest[8] % len(zones)],
        retail=like.retail,
        feed_in=like.feed_in,
        rated_kw=max(LEAST_RATED_KW, math.ceil(most_kw * 10) / 10),
        meter=like.meter,
    )
    shift = digest[9] % (MOST_SHIFT + 1) * community.step
    return GuestHousehold(member, community.step, (model, scale), (best, share), shift)


def _zones_to_buy_in(community: Community) -> list[str]:
    """Zones into which somebody may sell; all, where nobody may."""
    sellers = community.sellers_by_zone
    reached = {target for source, target in community.fee_of if source in sellers}
    return [zone for zone in community.zones if zone in reached] or list(community.zones)
