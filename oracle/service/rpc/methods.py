"""Which JSON-RPC methods are forwarded to the node, and what may be asked of them.

A method that is not named here is refused: whatever a node learns to do later, it does not do for
strangers. None signs, unlocks, mines, traces by a script, or changes how the node runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST_GAS = 50_000_000
"""Of a simulated call: an endless loop of a stranger ends there."""
EXECUTING = frozenset({"eth_call", "eth_createAccessList", "eth_estimateGas"})
EXECUTING_PARAMS = 3
"""The call, the block, its state; a fourth would lift the block's own limit of gas."""

_PLAIN = (
    "eth_blobBaseFee",
    "eth_blockNumber",
    "eth_chainId",
    "eth_feeHistory",
    "eth_gasPrice",
    "eth_getBalance",
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getBlockTransactionCountByHash",
    "eth_getBlockTransactionCountByNumber",
    "eth_getCode",
    "eth_getStorageAt",
    "eth_getTransactionByBlockHashAndIndex",
    "eth_getTransactionByBlockNumberAndIndex",
    "eth_getTransactionByHash",
    "eth_getTransactionCount",
    "eth_getTransactionReceipt",
    "eth_getUncleCountByBlockHash",
    "eth_getUncleCountByBlockNumber",
    "eth_maxPriorityFeePerGas",
    "eth_protocolVersion",
    "eth_syncing",
    "net_listening",
    "net_version",
    "web3_clientVersion",
    # Filters end by themselves when nobody asks for their changes.
    "eth_getFilterChanges",
    "eth_newBlockFilter",
    "eth_newFilter",
    "eth_newPendingTransactionFilter",
    "eth_uninstallFilter",
    # What explorers ask.
    "erigon_getHeaderByNumber",
    "ots_getApiLevel",
    "ots_getBlockDetails",
    "ots_getBlockDetailsByHash",
    "ots_getTransactionBySenderAndNonce",
    "ots_getTransactionError",
    "ots_hasCode",
)
COSTS: Mapping[str, int] = {
    **dict.fromkeys(_PLAIN, 1),
    "eth_call": 2,
    "eth_createAccessList": 5,
    "eth_estimateGas": 5,
    "eth_getBlockReceipts": 5,
    "eth_getFilterLogs": 5,
    "eth_getLogs": 5,
    "eth_getProof": 5,
    "eth_sendRawTransaction": 5,
    "ots_getBlockTransactions": 5,
    "ots_getContractCreator": 20,
    "ots_getInternalOperations": 20,
    "ots_searchTransactionsAfter": 20,
    "ots_searchTransactionsBefore": 20,
    "ots_traceTransaction": 20,
    "trace_block": 20,
    "trace_transaction": 20,
}
"""What is forwarded, and how many calls of the client's rate each counts for."""


def wrong_parameters(method: str, params: Sequence[Any] | Mapping[str, Any]) -> str | None:
    """Why an allowed method is not asked with these parameters; None if it is."""
    if method not in EXECUTING:
        return None
    if not isinstance(params, Sequence) or not params or not isinstance(params[0], Mapping):
        return "the first parameter is the call, an object"
    if len(params) > EXECUTING_PARAMS:
        return "at most the call, the block and the state in its place"
    gas = params[0].get("gas")
    if gas is not None and not 0 <= _number(gas) <= MOST_GAS:
        return f"gas: at most {MOST_GAS} in a simulated call"
    return None


def _number(value: object) -> int:
    """A JSON-RPC quantity; -1 for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not value.startswith("0x") or len(value) > 66:
        return -1
    try:
        return int(value, 16)
    except ValueError:
        return -1
