"""Geth: a private network of sealing nodes (Clique), started, watched and stopped."""

from oracle.devnet.geth.files import GethError, faucet_key, find_geth
from oracle.devnet.geth.network import GethNetwork, NodeStatus

__all__ = ["GethError", "GethNetwork", "NodeStatus", "faucet_key", "find_geth"]
