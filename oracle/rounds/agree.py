"""How edge servers agree: the same report from f + 1 of 2f + 1, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from oracle.rounds.ports import ReportSigner, Signature
from oracle.rounds.report import Domain, Report


@dataclass(frozen=True)
class Vote:
    """One server's signature of one report."""

    signer: str
    report: Report
    signature: Signature


@dataclass(frozen=True)
class Agreement:
    """A report that a quorum signed, with exactly as many signatures as the contract takes."""

    report: Report
    votes: tuple[Vote, ...]

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return tuple(vote.signature for vote in self.votes)


class Disagreement(RuntimeError):
    """No report has a quorum."""


def vote(report: Report, domain: Domain, signer: ReportSigner) -> Vote:
    """A server's vote for the report that it computed itself."""
    return Vote(signer.address, report, signer.sign_digest(report.digest(domain)))


def quorum(servers: int) -> int:
    """f + 1 of 2f + 1."""
    return servers // 2 + 1


def agree(votes: Sequence[Vote], needed: int) -> Agreement:
    """The report with at least `needed` signers, the first votes of each signer counting once.

    Raises Disagreement if there is none: two reports cannot both have f + 1 of 2f + 1.
    """
    by_report: dict[Report, dict[str, Vote]] = defaultdict(dict)
    seen: set[str] = set()
    for cast in votes:
        if cast.signer not in seen:
            seen.add(cast.signer)
            by_report[cast.report][cast.signer] = cast
    for report, cast_votes in by_report.items():
        if len(cast_votes) >= needed:
            return Agreement(report, tuple(cast_votes.values())[:needed])
    counts = sorted((len(v) for v in by_report.values()), reverse=True)
    raise Disagreement(f"no report has {needed} signatures; the votes split {counts}")
