"""A certificate as the oracle contract takes it beside a report: one byte says its kind."""

from __future__ import annotations

from eth_utils.crypto import keccak

from oracle.rounds.certificate import Certificate, Tier
from oracle.rounds.merkle_sum import MerkleSumTree
from oracle.rounds.report import Feed

_NO_ROOT = bytes(32)


def calldata(certificate: Certificate, feed: Feed) -> bytes:
    """The third argument of `post`.

    Inline: the declarations; for the elecoin feed between their number (2 bytes) and their order
    by need. Optimistic: top and size of the sum tree (electricity), nothing (elecoin).
    """
    kind = bytes([certificate.tier])
    if certificate.tier is Tier.INLINE:
        if feed is Feed.ELECTRICITY:
            return kind + certificate.declared
        count = len(certificate.declared) // 36
        return kind + count.to_bytes(2, "big") + certificate.declared + certificate.order
    if certificate.tier is Tier.OPTIMISTIC and feed is Feed.ELECTRICITY:
        return kind + _tree_words(_tree(certificate))
    return kind


def signed_root(certificate: Certificate, feed: Feed, commitment: bytes) -> bytes:
    """What the report names besides its value: 0 unless it is posted on the signers' stakes."""
    if certificate.tier is not Tier.OPTIMISTIC:
        return _NO_ROOT
    if feed is Feed.ELECOIN:
        return commitment
    return keccak(_tree_words(_tree(certificate)))


def _tree(certificate: Certificate) -> MerkleSumTree:
    assert certificate.tree is not None
    return certificate.tree


def _tree_words(tree: MerkleSumTree) -> bytes:
    return tree.root.encoded() + tree.count.to_bytes(32, "big")
