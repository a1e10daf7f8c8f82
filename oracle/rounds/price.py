"""From an observation to the report that an edge server signs: solve, certify, finish."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from oracle.community.problem import Declaration, period_problem
from oracle.games import Diagnostics, clearing, stackelberg
from oracle.rounds.certificate import Certificate, certificate
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.finish_stackelberg import finish_elecoin
from oracle.rounds.observe import Observation
from oracle.rounds.posting import signed_root
from oracle.rounds.report import Feed, Report
from oracle.rounds.words import ElecoinValue, PostedValue
from oracle.units import TICK, TICKS_PER_ELE, WAD, Ticks


@dataclass(frozen=True)
class Priced:
    """A report, the certificate that the chain checks, and the float equilibrium with its own.

    `float_price` is None where a rule names the price without a game (nobody sells).
    """

    report: Report
    certificate: Certificate
    float_price: float | None
    diagnostics: Diagnostics | None


def price(observation: Observation) -> Priced | None:
    """The posting of one feed and epoch; None where there is nothing to price.

    A pure function of the observation: every honest server gets the same bytes. Raises
    ObservationError if the declarations are not those that were committed.
    """
    observation.check()
    if observation.feed is Feed.ELECTRICITY:
        return _electricity(observation)
    return _elecoin(observation)


def _electricity(observation: Observation) -> Priced | None:
    floor = Ticks(observation.floor_ticks)
    period = market(observation.targets, floor)
    if period is None:
        return None
    declared = [
        Declaration(account, target.net_wh, Ticks(target.price_ticks), Ticks(target.limit_ticks))
        for (account, _), target in zip(observation.declared, observation.targets, strict=True)
    ]
    game = period_problem(declared, floor)
    if game.problem is None:
        value = finish_clearing(period, period.highest_ticks)
        return _priced(observation, value, None, None)
    solution = clearing.solve(game.problem)
    assert isinstance(solution.price, float)
    premium = solution.price * TICKS_PER_ELE
    # Not even a solver that fails decides what is posted, only how long the search takes.
    start = floor + round(premium) if isfinite(premium) else floor
    value = finish_clearing(period, start)
    return _priced(observation, value, solution.price, solution.diagnostics)


def _elecoin(observation: Observation) -> Priced | None:
    terms, needs = observation.terms, [need for need in observation.needs_wei if need > 0]
    value = finish_elecoin(terms, needs)
    if value is None:
        return None
    theta, power = terms.theta / WAD, observation.power_price
    centre = terms.theta * WAD // terms.target
    solution = stackelberg.solve(
        stackelberg.StackelbergProblem.from_document(
            {
                "willingness": [power * WAD / (centre - min(m, centre // 2)) for m in needs],
                "revenue_factor": theta,
                "payment_factor": 1.0,
                "conversion_factor": terms.redemption / WAD * power,
                "electricity_price": power,
                "server_consumption": 0.0,
                "price_bounds": (terms.least / WAD, terms.most / WAD),
                "demand_bounds": (0.0, theta),
            }
        )
    )
    assert isinstance(solution.price, float)
    return _priced(observation, value, solution.price, solution.diagnostics)


def _priced(
    observation: Observation,
    value: PostedValue,
    float_price: float | None,
    diagnostics: Diagnostics | None,
) -> Priced:
    """Certifies the value as the chain will, so that no server signs what it would refuse."""
    proof = certificate(observation, value, totals_kept=True)
    word = value.pack()
    if observation.feed is Feed.ELECOIN:
        change = observation.supply.change_towards_zero(
            value.price_ticks * TICK, observation.terms.target
        )
        word = ElecoinValue(value.price_ticks, change).pack()
    root = signed_root(proof, observation.feed, observation.commitment)
    return Priced(_report(observation, word, root), proof, float_price, diagnostics)


def _report(observation: Observation, word: int, root: bytes) -> Report:
    return Report(
        feed=observation.feed,
        epoch=observation.epoch,
        value=word,
        input_block=observation.input_block,
        input_block_hash=observation.input_block_hash,
        commitment=observation.commitment,
        signer_set=observation.signer_set,
        root=root,
    )
