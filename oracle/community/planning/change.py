"""What is different in a scenario, and the sweeps that make many of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from oracle import UserError
from oracle.community.model import NonNegative, OnGrid, Positive
from oracle.community.retail import Price

MOST_SCENARIOS = 10_000
SWEPT = (
    "members", "roofs", "roof_kw", "battery", "energy_price", "price_factor", "feed_in",
    "fee_factor",
)  # fmt: skip


class Change(BaseModel):
    """A scenario's differences from the community as it is; the default is none at all.

    members: homes added; roofs of roof_kw each; battery in kWh (power battery_kw, default half of
    it an hour) at the member battery_at, or a new member's; energy_price replaces every tariff's
    energy price (net of VAT), price_factor multiplies it; feed_in replaces every seller's;
    fee_factor multiplies the community's network fees and levies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: int = Field(default=0, ge=0, le=5000)
    member_kwh: Positive = 3500.0
    roofs: int = Field(default=0, ge=0, le=10_000)
    roof_kw: Positive = 8.0
    pv_at: tuple[str, ...] = ()
    battery: NonNegative = 0.0
    battery_kw: Positive | None = None
    battery_at: str | None = None
    energy_price: Price | None = None
    price_factor: float = Field(default=1.0, ge=0, le=100, allow_inf_nan=False)
    feed_in: Annotated[Price, OnGrid] | None = None
    fee_factor: float = Field(default=1.0, ge=0, le=100, allow_inf_nan=False)

    @property
    def added_kw(self) -> float:
        return self.roofs * self.roof_kw

    @property
    def differs(self) -> bool:
        """Whether anything at all is changed."""
        neutral = Change()
        said = ("members", "roofs", "battery", "energy_price", "price_factor", "feed_in")
        return any(getattr(self, f) != getattr(neutral, f) for f in (*said, "fee_factor"))

    def label(self) -> str:
        """The difference in a few words."""
        words = []
        if self.members:
            words.append(f"+{self.members} homes")
        if self.roofs:
            words.append(f"+{self.roofs} x {self.roof_kw:g} kW PV")
        if self.battery:
            words.append(f"+{self.battery:g} kWh battery")
        if self.energy_price is not None:
            words.append(f"energy {self.energy_price:g}")
        if self.price_factor != 1:
            words.append(f"energy x {self.price_factor:g}")
        if self.feed_in is not None:
            words.append(f"feed-in {self.feed_in:g}")
        if self.fee_factor != 1:
            words.append(f"fees x {self.fee_factor:g}")
        return ", ".join(words) or "as it is"


def make_change(fields: Mapping[str, Any]) -> Change:
    """A checked change. Raises UserError: which field, which value, what is allowed."""
    try:
        return Change.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"][:1])
        raise UserError(f"{field}: {first['input']!r}: {first['msg'].lower()}") from None


def parse_sweep(text: str) -> tuple[str, tuple[float, ...]]:
    """`NAME=a,b,c` or `NAME=first:last:step`, the last included. Raises UserError."""
    name, _, values = text.partition("=")
    if name not in SWEPT:
        raise UserError(f"--sweep: {text!r}: NAME=VALUES with one of {', '.join(SWEPT)}")
    return name, sweep_values(text, values)


def sweep_values(text: str, values: str) -> tuple[float, ...]:
    """`a,b,c` or `first:last:step`; `text` is what was written in all. Raises UserError."""
    try:
        if ":" in values:
            first, last, step = (float(part) for part in values.split(":"))
            if not (math.isfinite(first) and math.isfinite(last) and step > 0 and last >= first):
                raise ValueError
            steps = math.floor((last - first) / step + 1e-9) + 1
            if steps > MOST_SCENARIOS:
                raise ValueError
            found = [round(first + k * step, 9) for k in range(steps)]
        else:
            found = [float(part) for part in values.split(",")]
            if not all(map(math.isfinite, found)):
                raise ValueError
    except ValueError:
        raise UserError(
            f"--sweep: {text!r}: values must be numbers a,b,c or first:last:step"
        ) from None
    return tuple(dict.fromkeys(found))


def scenarios(
    constant: Mapping[str, Any],
    sweeps: Sequence[tuple[str, Sequence[float]]],
    *,
    samples: int | None,
    seed: int,
) -> tuple[Change, ...]:
    """The community as it is, then every combination of the sweeps' values over `constant`.

    With `samples`, that many of the combinations, drawn without repetition by `seed`, in order.
    Without a sweep: each thing that is added alone, where there are several, and all together.
    Raises UserError for a combination that is not allowed, or too many of them.
    """
    if not sweeps:
        return (Change(), *_alone(constant))
    names = [name for name, _ in sweeps]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"--sweep: {twice}: swept twice")
    count = math.prod(len(values) for _, values in sweeps)
    chosen: Sequence[int] = range(count)
    if samples is not None:
        if samples < 1:
            raise UserError(f"--samples: {samples}: at least 1")
        drawn = np.random.default_rng(seed).choice(count, size=min(samples, count), replace=False)
        chosen = sorted(int(i) for i in drawn)
    if len(chosen) > MOST_SCENARIOS:
        raise UserError(
            f"--sweep: {count} combinations: at most {MOST_SCENARIOS}; --samples N draws some"
        )
    lengths = [len(values) for _, values in sweeps]
    made = []
    for index in chosen:
        places = np.unravel_index(index, lengths)
        point = {
            name: _number(name, values[int(at)])
            for (name, values), at in zip(sweeps, places, strict=True)
        }
        made.append(make_change({**constant, **point}))
    return (Change(), *made)


def _alone(constant: Mapping[str, Any]) -> list[Change]:
    parts = [name for name in ("members", "roofs", "battery") if constant.get(name)]
    together = make_change(constant)
    if not together.differs:
        return []
    if len(parts) < 2:
        return [together]
    alone = [
        make_change({k: v for k, v in constant.items() if k not in parts or k == part})
        for part in parts
    ]
    return [*alone, together]


def _number(name: str, value: float) -> float | int:
    whole = name in ("members", "roofs") and value.is_integer()
    return int(value) if whole else value


def parse_roofs(text: str) -> tuple[int, float]:
    """`3x8kW`: how many, and the kW of each. Raises UserError."""
    found = re.fullmatch(r"(\d{1,5})\s*[x×]\s*(\d+(?:\.\d+)?)\s*(?:kWp?)?", text.strip(), re.I)
    if found is None or float(found[2]) == 0:
        raise UserError(f"--add-pv: {text!r}: must be COUNTxKILOWATTS such as 3x8kW")
    return int(found[1]), float(found[2])


def parse_battery(text: str) -> tuple[float, float | None]:
    """`50kWh` or `50kWh/20kW`: its content and power. Raises UserError."""
    pattern = r"(\d+(?:\.\d+)?)\s*(?:kWh)?(?:\s*/\s*(\d+(?:\.\d+)?)\s*(?:kW)?)?"
    found = re.fullmatch(pattern, text.strip(), re.I)
    if found is None or float(found[1]) == 0 or (found[2] and float(found[2]) == 0):
        raise UserError(f"--add-battery: {text!r}: must be such as 50kWh or 50kWh/20kW")
    return float(found[1]), float(found[2]) if found[2] else None
