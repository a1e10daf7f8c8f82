"""Deploying the contracts, each made with the addresses of those that come after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import rlp
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from oracle.chain.artifacts import artifact
from oracle.chain.client import Client, Receipt
from oracle.chain.deployment import Deployment
from oracle.chain.interface import interface
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Sent, Transaction
from oracle.rounds.clock import Schedule
from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.rounds.oracle_terms import HISTORY_LENGTH, OracleTerms, default_terms

DEPLOY_GAS = 14_000_000
HISTORY_GAS = 92_000
"""For each epoch of history beyond the usual: four words that the oracle writes in advance."""
READERS = ("ElecoinPrice", "ElectricityPrice", "MatchingProbability")


@dataclass(frozen=True)
class Plan:
    """What a deployment fixes. `servers` are (signer, operator) in order of registration.

    Money and the servers' bond in wei, prices of energy in ticks, reputation in 1e18. The levy goes
    to the rewards' contract.
    """

    administrator: str
    total_elecoins: int
    unit_power_price: int
    servers: tuple[tuple[str, str], ...]
    schedule: Schedule
    terms: ElecoinTerms
    feed_in_ticks: int
    tolerance_bps: int
    quality_threshold: int
    network_account: str
    tau: int
    initial_reputation: int
    reward_bond: int
    reward_activation_wh: int
    depth: int = 0
    oracle_terms: OracleTerms | None = None

    @property
    def oracle(self) -> OracleTerms:
        """The oracle's windows and stakes; as wide as the clock allows unless they are named."""
        return self.oracle_terms or default_terms(self.schedule, self.total_elecoins)


def contract_address(deployer: str, nonce: int) -> str:
    """Where CREATE puts the contract of this nonce."""
    encoded = rlp.encode([bytes.fromhex(deployer.removeprefix("0x")), nonce])
    return str(to_checksum_address(keccak(encoded)[-20:]))


def deployment_transactions(plan: Plan, deployer: Signer, nonce: int) -> dict[str, Transaction]:
    """The creations by contract name, in the order in which they must be mined from `nonce` on."""
    names = (
        "Elecoin",
        "Wattcoin",
        "OracleTribunal",
        "EquilibriumOracle",
        "ReputationLedger",
        "StandingOrders",
        "OriginCertificates",
        "MarketOffice",
        "SettlementOffice",
        "ElectricityTrading",
        "TullockRewards",
    )
    at = {name: contract_address(deployer.address, nonce + i) for i, name in enumerate(names)}
    market, oracle, schedule = at["ElectricityTrading"], at["EquilibriumOracle"], plan.schedule
    terms = (
        plan.terms.as_tuple(),
        plan.feed_in_ticks,
        plan.tolerance_bps,
        plan.quality_threshold,
        plan.network_account,
        at["TullockRewards"],
        (
            at["Elecoin"],
            oracle,
            at["ReputationLedger"],
            at["Wattcoin"],
            at["MarketOffice"],
            at["StandingOrders"],
            at["OriginCertificates"],
            at["SettlementOffice"],
        ),
    )
    part = (
        plan.administrator,
        plan.total_elecoins,
        plan.unit_power_price,
        schedule.as_tuple(),
        terms,
    )
    oracle_arguments = (market, schedule.as_tuple(), plan.oracle.as_tuple())
    arguments: dict[str, tuple[object, ...]] = {
        "Elecoin": (market,),
        "Wattcoin": (market,),
        "OracleTribunal": oracle_arguments,
        "EquilibriumOracle": (*oracle_arguments, at["OracleTribunal"]),
        "ReputationLedger": (
            market,
            oracle,
            schedule.as_tuple(),
            plan.tau,
            plan.initial_reputation,
        ),
        "StandingOrders": (market,),
        "OriginCertificates": (market, schedule.as_tuple()),
        "MarketOffice": part,
        "SettlementOffice": part,
        "ElectricityTrading": (
            plan.administrator,
            plan.total_elecoins,
            plan.unit_power_price,
            plan.servers,
            schedule.as_tuple(),
            terms,
        ),
        "TullockRewards": (market, plan.reward_bond, plan.reward_activation_wh),
    }
    more = plan.oracle.history_length - HISTORY_LENGTH
    extra = {"EquilibriumOracle": max(0, more) * HISTORY_GAS}
    made = {name: _creation(deployer, name, arguments[name], extra.get(name, 0)) for name in names}
    for kind, reader in enumerate(READERS):
        made[f"{reader}Reader"] = _creation(deployer, "FeedReader", (oracle, kind))
    return made


def _creation(
    deployer: Signer, name: str, arguments: tuple[object, ...], more_gas: int = 0
) -> Transaction:
    data = interface(name).deployment(artifact(name).bytecode, *arguments)
    return Transaction(deployer, None, data, f"deploy {name}", gas=DEPLOY_GAS + more_gas)


Mine = Callable[[Sequence[Sent]], list[Receipt]]
"""Waits until the transactions are mined; their receipts."""


def deploy(client: Client, sender: Sender, plan: Plan, deployer: Signer, mine: Mine) -> Deployment:
    """Deploys everything, in as few blocks as hold it. Raises TransactionFailed with the reason."""
    creations = deployment_transactions(plan, deployer, client.nonce(deployer.address))
    receipts = mine(sender.send(list(creations.values())))
    contracts = {
        name: str(to_checksum_address(receipt.contract or ""))
        for name, receipt in zip(creations, receipts, strict=True)
    }
    return Deployment(
        chain_id=sender.chain_id,
        genesis="0x" + client.block(0).hash.hex(),
        block=receipts[0].block,
        contracts=contracts,
        schedule=plan.schedule,
        terms=plan.terms,
        unit_power_price=plan.unit_power_price,
        depth=plan.depth,
    )
