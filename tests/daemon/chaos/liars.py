"""Servers that are down, silent, sign wrong prices or two reports, alone and together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from market_lab import key

from chaos.simulation import Simulation
from chaos.trial import Fault, Strike
from oracle.chain.signer import Signer
from oracle.rounds.peer_messages import share, to_json
from oracle.rounds.posting import calldata
from oracle.rounds.price import Priced
from oracle.rounds.report import Report
from oracle.rounds.words import PostedValue

RANKS = ("first", "second", "last")
SEVEN = tuple(key(f"server {n}") for n in range(7))
POSTS_AT = (1, 3, 6, 10)
"""Ticks at which liars try their report on the chain."""


def _priced_at(report: Report, ticks: int) -> Report:
    posted = report.posted
    assert isinstance(posted, PostedValue)
    return replace(report, value=replace(posted, price_ticks=ticks).pack())


def _by(step: int) -> Callable[[Report], Report]:
    def bend(report: Report) -> Report:
        posted = report.posted
        assert isinstance(posted, PostedValue)
        return _priced_at(report, posted.price_ticks + step)

    return bend


LIES: tuple[tuple[str, Callable[[Report], Report]], ...] = (
    ("a tick too high", _by(1)),
    ("a tick too low", _by(-1)),
    ("a tenth too high", _by(30_000)),
    ("the price zero", lambda report: _priced_at(report, 0)),
    ("another commitment", lambda report: replace(report, commitment=b"\x0b" * 32)),
    ("another input block", lambda report: replace(report, input_block=report.input_block - 1)),
    ("another set of signers", lambda report: replace(report, signer_set=report.signer_set + 1)),
    ("another epoch", lambda report: replace(report, epoch=report.epoch + 1)),
)


@dataclass
class Liars:
    """They sign the same reports, tell them to everybody, and try to post each with what they
    have of signatures: their own, one of them twice, and one of nobody."""

    simulation: Simulation
    who: Sequence[int]
    reports: Callable[[Report, int], Sequence[Report]]
    posts: bool = True

    def act(self) -> None:
        tick = self.simulation.ticks
        if tick == 1:
            self.simulation.injected()
        if tick == 1 or (self.posts and tick in POSTS_AT):
            priced = self.simulation.true_report()
            if tick == 1:
                self._tell(priced.report)
            if self.posts and tick in POSTS_AT:
                self._post(priced)

    def _tell(self, true: Report) -> None:
        simulation = self.simulation
        domain = simulation.lab.market.domain
        for liar in self.who:
            signer = simulation.keys[liar]
            for receiver, key_ in enumerate(simulation.keys):
                if receiver in self.who:
                    continue
                for report in self.reports(true, receiver):
                    signature = signer.sign_digest(report.digest(domain))
                    message = share(report, signature, domain, signer, key_.address, 2**40)
                    simulation.post(liar, receiver, to_json(message, domain))

    def _post(self, priced: Priced) -> None:
        """Straight to the chain, whatever a trial call would say."""
        simulation = self.simulation
        market, domain = simulation.lab.market, simulation.lab.market.domain
        proof = calldata(priced.certificate, priced.report.feed)
        needed = len(simulation.keys) // 2 + 1
        for lie in self.reports(priced.report, -1):
            if lie == priced.report:
                continue
            digest = lie.digest(domain)
            signers: list[Signer] = [simulation.keys[i] for i in self.who]
            own = [signer.sign_digest(digest) for signer in signers]
            nobody = (bytes(31) + b"\x05", bytes(31) + b"\x07")
            for filler in (own[0], nobody, key("nobody").sign_digest(digest)):
                signatures = (own + [filler] * needed)[:needed]
                sender = signers[0]
                simulation.lab.sender.send([market.post(sender, lie, signatures, proof)])


def _dishonest(ranks: Sequence[int], reports: Callable[[Report, int], Sequence[Report]]) -> Strike:
    def strike(simulation: Simulation) -> None:
        who = [simulation.order[rank] for rank in ranks]
        simulation.honest -= set(who)
        simulation.byzantine.append(Liars(simulation, who, reports).act)

    return strike


def _wrong(bend: Callable[[Report], Report]) -> Callable[[Report, int], Sequence[Report]]:
    return lambda report, _: [bend(report)]


def _split(report: Report, receiver: int) -> Sequence[Report]:
    """The truth to some, a lie to the others."""
    return [report if receiver % 2 else _by(1)(report)]


def _lie_first(report: Report, _: int) -> Sequence[Report]:
    return [_by(1)(report), report]


def _lie_last(report: Report, _: int) -> Sequence[Report]:
    return [report, _by(1)(report)]


def _many(report: Report, _: int) -> Sequence[Report]:
    return [_by(step)(report) for step in range(1, 12)]


EQUIVOCATIONS = (
    ("truth to some, a lie to others", _split),
    ("a lie, then the truth", _lie_first),
    ("the truth, then a lie", _lie_last),
    ("eleven reports", _many),
)


def faults() -> Iterator[Fault]:
    for rank, name in enumerate(RANKS):
        yield Fault("a server down", f"the {name}", _absent(rank))
        yield Fault("a silent server", f"the {name}", _silent(rank))
        for lie, bend in LIES:
            yield Fault(
                "a wrong report signed", f"the {name}: {lie}", _dishonest([rank], _wrong(bend))
            )
        for what, reports in EQUIVOCATIONS:
            yield Fault(
                "an equivocating server", f"the {name}: {what}", _dishonest([rank], reports)
            )
    for lie, bend in LIES[:4]:
        # Beyond f: nobody can post the truth, and the contract itself refuses the lie.
        yield Fault("all three sign a wrong price", lie, _dishonest([0, 1, 2], _wrong(bend)), False)


def faults_of_seven() -> Iterator[Fault]:
    for ranks in combinations(range(7), 2):
        place = "ranks {} and {}".format(*(rank + 1 for rank in ranks))
        wrong = _dishonest(ranks, _wrong(_by(1)))
        yield Fault("two of seven sign one wrong price", place, wrong)
        split = _dishonest(ranks, _split)
        yield Fault("two of seven equivocate together", place, split)


def _absent(rank: int) -> Strike:
    def strike(simulation: Simulation) -> None:
        simulation.honest.discard(simulation.order[rank])
        simulation.later(1, simulation.injected)

    return strike


def _silent(rank: int) -> Strike:
    """It hears, and says nothing to anybody, nor to the chain."""

    def strike(simulation: Simulation) -> None:
        mute = simulation.order[rank]
        simulation.later(1, simulation.injected)
        simulation.wire = lambda letter: [] if letter.sender == mute else [letter]
        simulation.later(1, lambda: _gag(simulation, mute))

    return strike


def _gag(simulation: Simulation, mute: int) -> None:
    simulation.running[mute].outbox.step = list  # type: ignore[method-assign]
