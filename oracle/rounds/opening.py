"""A leaf of a signed tree, opened with the leaf before it: the answer to a demand."""

from __future__ import annotations

from typing import Any

from oracle.rounds.certificate import certificate
from oracle.rounds.merkle_sum import ZERO, MerkleSumTree
from oracle.rounds.observe import Observation
from oracle.rounds.posting import signed_root
from oracle.rounds.report import Report
from oracle.rounds.words import PostedValue

_NO_LEAF = (bytes(32), "0x" + "00" * 20, 0)


def tree_of(report: Report, observation: Observation) -> MerkleSumTree | None:
    """The tree that an electricity report on stakes signed; None if it signed another one.

    Raises CertificateError or ObservationError where the price is not that of the declarations.
    """
    if not isinstance(report.posted, PostedValue):
        return None
    proof = certificate(observation, report.posted, inline_gas_limit=0)
    if signed_root(proof, report.feed, report.commitment) != report.root:
        return None
    return proof.tree


def opening(tree: MerkleSumTree, observation: Observation, index: int) -> tuple[Any, ...]:
    """The contract's `Opening` of the leaf at `index`, also of one beyond the last declaration."""
    node, siblings = tree.node(0, index).as_tuple(), _way_up(tree, index)
    if index >= tree.count:
        return node, _NO_LEAF, siblings, ZERO.as_tuple(), []
    leaf = (observation.commitments[index], *observation.declared[index])
    if index == 0:
        return node, leaf, siblings, ZERO.as_tuple(), []
    previous = tree.node(0, index - 1).as_tuple()
    return node, leaf, siblings, previous, _way_up(tree, index - 1)


def _way_up(tree: MerkleSumTree, index: int) -> list[tuple[bytes, int, int]]:
    return [node.as_tuple() for node in tree.siblings(index)]
