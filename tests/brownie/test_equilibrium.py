"""The tests' own solver against trying every tick of small instances."""

import random
from fractions import Fraction
from math import sqrt

import equilibrium


def excess(floor, buyers, sellers, p):
    """Σ σ (v − p)⁺ − Σ_{a ≤ p} g, in Wh 2^-40; σ is rounded down to an integer."""
    slopes = [int(Fraction(d * 2**40, v - floor)) for v, d in buyers]
    demand = sum(max(0, s * (v - p)) for s, (v, _) in zip(slopes, buyers, strict=True))
    return demand - sum(g * 2**40 for a, g in sellers if a <= p)


def test_clearing_is_the_first_tick_that_clears():
    draw = random.Random(2)
    for _ in range(200):
        floor = draw.randint(1, 30)
        buyers = [
            (floor + draw.randint(1, 60), draw.randint(1, 50)) for _ in range(draw.randint(1, 4))
        ]
        sellers = [
            (draw.randint(0, floor + 40), draw.randint(1, 80)) for _ in range(draw.randint(0, 4))
        ]
        price, matching = equilibrium.clearing(floor, buyers, sellers)
        highest = max(v for v, _ in buyers)
        ticks = range(floor, highest + 1)
        assert price == next(p for p in ticks if excess(floor, buyers, sellers, p) <= 0)
        demand = excess(floor, buyers, [], price)
        supply = sum(g * 2**40 for a, g in sellers if a <= price)
        if price == floor:
            assert matching == min(equilibrium.WAD, demand * equilibrium.WAD // supply)
        else:
            assert matching == equilibrium.WAD


def test_a_typical_need_is_priced_at_the_target():
    """p* = sqrt(c θ / (θ/p̄ − m̄)) where no bound binds: p̄ at the typical need (spec §B)."""
    wad = equilibrium.WAD
    redemption, target, need = 97 * wad // 100, 102 * wad // 100, 4 * wad // 10
    theta = need * target**2 // ((target - redemption) * wad)
    terms = {"redemption": redemption, "target": target, "theta": theta}
    terms |= {"least": redemption, "most": 105 * wad // 100}
    assert equilibrium.elecoin(terms, [need] * 3) == 1_020_000
    assert equilibrium.elecoin(terms, [need // 2, 0, 3 * need // 2]) == 1_020_000
    double = sqrt(0.97 * 0.4 * 1.02**2 / 0.05 / (0.4 * 1.02 / 0.05 - 0.8)) * 1e6
    assert abs(equilibrium.elecoin(terms, [2 * need]) - double) < 1
