"""Coefficients of mean-field-type games as scenarios give them: numbers or lists, missing is 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, TypeAlias

import numpy as np

from oracle.games._base import Table
from oracle.games._fields import FloatArray, NonNegative, Numbers, Words, about, invalid
from oracle.games._linear_quadratic import Affine, Costs

__all__ = ["CostTable", "Drift", "Noise", "NoisyJump", "Shape"]

ByRegime: TypeAlias = Annotated[float | FloatArray, Numbers((0, 1))]
"""A number, or one for each regime [S]."""
ByPlayer: TypeAlias = Annotated[float | FloatArray, Numbers((0, 1, 2))]
"""A number, one for each player [n], or for each player and regime [n][S]."""
Weight: TypeAlias = Annotated[float | FloatArray, Numbers((0, 1, 2), ge=0)]


@dataclass(frozen=True)
class Shape:
    """How many players and regimes there are."""

    players: int
    regimes: int

    def by_regime(self, value: float | FloatArray) -> FloatArray:
        return np.array(np.broadcast_to(value, (self.regimes,)), dtype=float)

    def by_player(self, value: float | FloatArray) -> FloatArray:
        array = np.asarray(value, dtype=float)
        column = array[:, None] if array.ndim == 1 else array
        return np.array(np.broadcast_to(column, (self.players, self.regimes)))


class Coefficients(Table):
    """A table of coefficients."""

    def lists(self) -> Iterator[tuple[str, FloatArray, bool]]:
        """Its fields that are lists: name, value, whether per regime only."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                yield name, value, name[:2] in {"b0", "b1", "c0", "c1"}

    def check(self, at: str, shape: Shape) -> None:
        """Raise unless every list has the game's numbers of players and regimes."""
        for name, value, by_regime in self.lists():
            wanted = (shape.regimes,) if by_regime else (shape.players, shape.regimes)
            if value.shape != wanted[: value.ndim]:
                sizes = " by ".join(str(length) for length in wanted[: value.ndim])
                found = " by ".join(str(length) for length in value.shape)
                players, regimes = shape.players, shape.regimes
                raise invalid(
                    f"{at}.{name}",
                    Words(f"a list of {found}"),
                    f"{sizes}: there are {players} players and {regimes} regimes",
                )


class Drift(Coefficients):
    """``b0 + b1 x + b̄1 x̂ + Σ b2_j u_j + Σ b̄2_j û_j``."""

    b0: ByRegime = about("b0, the constant drift", "state/time", "[S]", default=0.0)
    b1: ByRegime = about("b1, on the state", "1/time", "[S]", default=0.0)
    b1_bar: ByRegime = about("b̄1, on the state's mean", "1/time", "[S]", default=0.0)
    b2: ByPlayer = about("b2, on each control", "state/time per control", "[n][S]", default=0.0)
    b2_bar: ByPlayer = about(
        "b̄2, on each control's mean", "state/time per control", "[n][S]", default=0.0
    )

    def affine(self, shape: Shape) -> Affine:
        return _affine(shape, self.b0, self.b1, self.b1_bar, self.b2, self.b2_bar)


class Noise(Coefficients):
    """``c0 + c1 x + c̄1 x̂ + Σ c2_j u_j + Σ c̄2_j û_j``: what a noise is multiplied with."""

    c0: ByRegime = about(
        "c0, the constant part; of a jump: of its size",
        "state/√time, jumps: state",
        "[S]",
        default=0.0,
    )
    c1: ByRegime = about("c1, on the state", "1/√time, jumps: –", "[S]", default=0.0)
    c1_bar: ByRegime = about("c̄1, on the state's mean", "1/√time, jumps: –", "[S]", default=0.0)
    c2: ByPlayer = about("c2, on each control", "as c0, per control", "[n][S]", default=0.0)
    c2_bar: ByPlayer = about(
        "c̄2, on each control's mean", "as c0, per control", "[n][S]", default=0.0
    )

    def affine(self, shape: Shape, *, common: bool, rate: float | None = None) -> Affine:
        """With a rate, jumps."""
        five = _affine(shape, self.c0, self.c1, self.c1_bar, self.c2, self.c2_bar)
        if rate is None:
            return replace(five, common=common)
        return replace(five, common=common, weight=rate, jump=True)


class NoisyJump(Noise):
    """Compensated jumps at `rate` per unit of time; their size is affine as other noise is."""

    rate: NonNegative = about("of jumps; they are compensated", "1/time")


class CostTable(Coefficients):
    """Costs as in the game's own page; r at least 0."""

    q: ByPlayer = about("of ½ q x²", "cost per state² and time", "[n][S]", default=0.0)
    q_bar: ByPlayer = about("of ½ q̄ x̂²", "cost per state² and time", "[n][S]", default=0.0)
    r: Weight = about("of ½ r u²", "cost per control² and time", "[n][S]")
    r_bar: ByPlayer = about(
        "of ½ r̄ û²; r + r̄ at least 0", "cost per control² and time", "[n][S]", default=0.0
    )
    eps1: ByPlayer = about("of ε1 x u", "cost per state, control and time", "[n][S]", default=0.0)
    eps1_bar: ByPlayer = about(
        "of ε̄1 x̂ û", "cost per state, control and time", "[n][S]", default=0.0
    )
    eps2: ByPlayer = about("of ε2 u", "cost per control and time", "[n][S]", default=0.0)
    eps2_bar: ByPlayer = about("of ε̄2 û", "cost per control and time", "[n][S]", default=0.0)
    eps3: ByPlayer = about("of ε3 x", "cost per state and time", "[n][S]", default=0.0)
    eps3_bar: ByPlayer = about("of ε̄3 x̂", "cost per state and time", "[n][S]", default=0.0)
    q_T: ByPlayer = about("of ½ q_T x² at the end", "cost per state²", "[n][S]", default=0.0)
    q_T_bar: ByPlayer = about("of ½ q̄_T x̂² at the end", "cost per state²", "[n][S]", default=0.0)
    eps3_T: ByPlayer = about("of ε3_T x at the end", "cost per state", "[n][S]", default=0.0)
    eps3_T_bar: ByPlayer = about("of ε̄3_T x̂ at the end", "cost per state", "[n][S]", default=0.0)

    def costs(self, shape: Shape) -> Costs:
        plain = {name: shape.by_player(getattr(self, name)) for name in type(self).model_fields}
        return Costs(
            q=plain["q"],
            q_hat=plain["q"] + plain["q_bar"],
            r=plain["r"],
            r_hat=plain["r"] + plain["r_bar"],
            eps1=plain["eps1"],
            eps1_hat=plain["eps1"] + plain["eps1_bar"],
            eps2_hat=plain["eps2"] + plain["eps2_bar"],
            eps3_hat=plain["eps3"] + plain["eps3_bar"],
            q_end=plain["q_T"],
            q_end_hat=plain["q_T"] + plain["q_T_bar"],
            eps3_end_hat=plain["eps3_T"] + plain["eps3_T_bar"],
        )


def _affine(
    shape: Shape,
    constant: float | FloatArray,
    own: float | FloatArray,
    mean: float | FloatArray,
    control: float | FloatArray,
    control_mean: float | FloatArray,
) -> Affine:
    slope, reach = shape.by_regime(own), shape.by_player(control)
    return Affine(
        shape.by_regime(constant),
        slope,
        slope + shape.by_regime(mean),
        reach,
        reach + shape.by_player(control_mean),
    )
