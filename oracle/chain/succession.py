"""Which market took over from which: read from the chain alone."""

from __future__ import annotations

from dataclasses import dataclass, fields

from eth_utils.address import to_checksum_address

from oracle.chain.client import Client
from oracle.chain.deployment import Deployment, DeploymentError
from oracle.chain.interface import interface
from oracle.rounds.clock import Schedule
from oracle.rounds.finish_stackelberg import ElecoinTerms

MARKET = "ElectricityTrading"
NOBODY = "0x" + "0" * 40
WIRED = {
    "EquilibriumOracle": "oracle",
    "ReputationLedger": "ledger",
    "Elecoin": "elecoin",
    "Wattcoin": "wattcoin",
    "MarketOffice": "office",
    "SettlementOffice": "settlement",
    "StandingOrders": "orders",
    "OriginCertificates": "origin",
    "TullockRewards": "levyAccount",
}
MOST_GENERATIONS = 100


@dataclass(frozen=True)
class Successor:
    """The market that takes over, and the first period of the old one that it has."""

    market: str
    from_period: int


def successor_of(client: Client, market: str) -> Successor | None:
    """None while there is none."""
    view = interface(MARKET)
    found, from_period = view.functions["successor"].decode(
        client.call(market, view.encode("successor"))
    )
    return None if found == NOBODY else Successor(str(to_checksum_address(found)), from_period)


def newest(client: Client, market: str) -> str:
    """The last of the markets that succeed each other."""
    for _ in range(MOST_GENERATIONS):
        found = successor_of(client, market)
        if found is None:
            return market
        market = found.market
    raise DeploymentError(f"{market}: more than {MOST_GENERATIONS} markets succeed each other")


def deployment_at(client: Client, market: str, depth: int) -> Deployment:
    """A market's deployment as the chain tells it; `depth` is the reader's own choice.

    Readers of feeds are in no contract and so are missing. Raises DeploymentError where no market
    of this version is there.
    """
    view = interface(MARKET)
    asked = ["schedule", "elecoinTerms", "unitPowerPrice", *WIRED.values()]
    answers = client.calls([(market, view.encode(name)) for name in asked], "latest")
    if not all(answers):
        raise DeploymentError(f"{market}: no market is there")
    found = {
        name: view.functions[name].decode(answer)[0]
        for name, answer in zip(asked, answers, strict=True)
    }
    contracts = {name: str(to_checksum_address(found[getter])) for name, getter in WIRED.items()}
    contracts[MARKET] = str(to_checksum_address(market))
    oracle = interface("EquilibriumOracle")
    answer = client.call(contracts["EquilibriumOracle"], oracle.encode("tribunal"))
    contracts["OracleTribunal"] = str(
        to_checksum_address(oracle.functions["tribunal"].decode(answer)[0])
    )
    return Deployment(
        chain_id=client.chain_id(),
        genesis="0x" + client.block(0).hash.hex(),
        block=_made_in(client, market),
        contracts=contracts,
        schedule=Schedule(*found["schedule"][: len(fields(Schedule))]),
        terms=ElecoinTerms(*found["elecoinTerms"]),
        unit_power_price=found["unitPowerPrice"],
        depth=depth,
    )


def _made_in(client: Client, address: str) -> int:
    """The block that made a contract, by halves; the oldest one whose state the node still has."""
    low, high = 0, client.block().number
    while low < high:
        middle = (low + high) // 2
        if _has_code(client, address, middle):
            high = middle
        else:
            low = middle + 1
    return low


def _has_code(client: Client, address: str, block: int) -> bool:
    (answer,) = client.batch_answers([("eth_getCode", [address, hex(block)])])
    # A node that pruned the state of a block cannot say: the contract may be newer.
    return answer.get("result", "0x") not in ("0x", None)
