"""The market's contracts as one typed object: its views, and what members send to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.chain.client import ChainError, Client, Log, sensible
from oracle.chain.deployment import Deployment
from oracle.chain.interface import Interface, interface
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction
from oracle.rounds.observe import Observation
from oracle.rounds.oracle_terms import OracleTerms
from oracle.rounds.ports import Signature
from oracle.rounds.report import Domain, Feed, Report
from oracle.units import TICK, WAD

MARKET, ORACLE, LEDGER = "ElectricityTrading", "EquilibriumOracle", "ReputationLedger"
ORDERS, ORIGIN = "StandingOrders", "OriginCertificates"


@dataclass(frozen=True)
class Standing:
    """A member's reputation (1e18), age and next round to settle."""

    reputation: int
    age: int
    next_round: int


@dataclass(frozen=True)
class Purchase:
    """A purchase as the chain has it."""

    buyer: str
    retailer: str
    energy_wh: int


@dataclass(frozen=True)
class Event:
    """A decoded event of one of the contracts."""

    name: str
    arguments: dict[str, Any]
    log: Log


class NotDeployed(ChainError):
    """Nothing answers at a contract's address in that block: it is older than the contract."""


class Market:
    """One deployment, read and written through one node."""

    def __init__(self, client: Client, deployment: Deployment) -> None:
        self.client = client
        self.deployment = deployment
        self.schedule = deployment.schedule
        self.address = deployment.address(MARKET)
        self.oracle = deployment.address(ORACLE)
        self.ledger = deployment.address(LEDGER)
        self.elecoin = deployment.address("Elecoin")
        self.wattcoin = deployment.address("Wattcoin")
        self.domain = Domain(deployment.chain_id, self.oracle)
        self._places = {
            self.address.lower(): interface(MARKET),
            self.oracle.lower(): interface(ORACLE),
            self.ledger.lower(): interface(LEDGER),
            self.elecoin.lower(): interface("Elecoin"),
            self.wattcoin.lower(): interface("Wattcoin"),
        }

    # --- transactions -----------------------------------------------------------------------

    def transaction(
        self,
        signer: Signer,
        function: str,
        *args: Any,
        value: int = 0,
        gas: int = 1_500_000,
        contract: str = MARKET,
    ) -> Transaction:
        """A call of a contract's function, to be sent by `signer`."""
        data = interface(contract).encode(function, *args)
        to = self.deployment.address(contract)
        return Transaction(signer, to, data, function, value=value, gas=gas)

    def post(
        self,
        signer: Signer,
        report: Report,
        signatures: Sequence[Signature],
        certificate: bytes,
    ) -> Transaction:
        """A posting; `certificate` as `rounds.posting.calldata` writes it."""
        # An inline proof may cost half a million beyond the plain posting.
        gas = 1_500_000
        return self.transaction(
            signer, "post", report.as_tuple(), list(signatures), certificate, gas=gas,
            contract=ORACLE,
        )  # fmt: skip

    # --- reading ----------------------------------------------------------------------------

    def read(
        self, function: str, *args: Any, contract: str = MARKET, block: int | str | bytes = "latest"
    ) -> tuple[Any, ...]:
        return self.read_many([(contract, function, args)], block)[0]

    def read_many(
        self,
        calls: Sequence[tuple[str, str, tuple[Any, ...]]],
        block: int | str | bytes = "latest",
    ) -> list[tuple[Any, ...]]:
        """Several views in one batch, at one block: (contract, function, arguments) each."""
        encoded = [
            (self.deployment.address(contract), interface(contract).encode(name, *args))
            for contract, name, args in calls
        ]
        answers = self.client.calls(encoded, block)
        for (contract, name, _), answer in zip(calls, answers, strict=True):
            if not answer and interface(contract).functions[name].outputs:
                raise NotDeployed(f"{contract}.{name}: there is no contract in that block")
        return [
            sensible(interface(contract).functions[name].decode)(answer)
            for (contract, name, _), answer in zip(calls, answers, strict=True)
        ]

    def standings(self, accounts: Sequence[str]) -> list[Standing]:
        calls: list[tuple[str, str, tuple[Any, ...]]] = [
            (LEDGER, "standing", (account,)) for account in accounts
        ]
        return [Standing(*answer[0][:3]) for answer in self.read_many(calls)]

    def leader_of(self, round_: int) -> str:
        """The member who runs the edge server that leads the round."""
        return str(to_checksum_address(self.read("leaderOf", round_, contract=LEDGER)[0]))

    def order_of(self, round_: int, block: int | str | bytes = "latest") -> list[str]:
        """The servers' signers in the order in which they may post."""
        order = self.read("orderOf", round_, contract=LEDGER, block=block)[0]
        return [str(to_checksum_address(signer)) for signer in order]

    def elecoin_price(self, epoch: int) -> tuple[int, bool]:
        """Price in wei and whether an earlier one stands in for it."""
        price, flagged = self.read("elecoinPrice", epoch, contract=ORACLE)
        return int(price), bool(flagged)

    def electricity_posting(self, period: int) -> tuple[int, int, int] | None:
        """Ticks, μ and served fraction (1e18); None where the period is unpriced."""
        (page,) = self.read("history", int(Feed.ELECTRICITY), period, 1, contract=ORACLE)
        epoch_plus_one, ticks, matching, served, *_ = page[0]
        return (ticks, matching, served) if epoch_plus_one == period + 1 else None

    # --- events -----------------------------------------------------------------------------

    def decode(self, log: Log) -> Event | None:
        contract: Interface | None = self._places.get(log.address.lower())
        decoded = None if contract is None else contract.decode_log(log)
        return None if decoded is None else Event(decoded[0], decoded[1], log)

    def events(self, first: int, last: int) -> list[Event]:
        """All events of the deployment's contracts in blocks `first` to `last`."""
        addresses = [self.address, self.oracle, self.ledger, self.elecoin, self.wattcoin]
        found = (self.decode(log) for log in self.client.logs(addresses, [], first, last))
        return [event for event in found if event is not None]

    # --- the oracle's view ------------------------------------------------------------------

    def observe(self, feed: Feed, epoch: int, input_block: int) -> Observation:
        """What the price of one feed and epoch depends on, read at `input_block` by its hash."""
        block = self.client.block(input_block)
        electricity = feed is Feed.ELECTRICITY
        terms, signer_set, oracle_terms = self.read_many(
            [
                (MARKET, "reportTerms", (int(feed), epoch)),
                (ORACLE, "signerSet", ()),
                (ORACLE, "oracleTerms", ()),
            ],
            block.hash,
        )
        return Observation(
            feed=feed,
            epoch=epoch,
            input_block=input_block,
            input_block_hash=block.hash,
            commitment=terms[0],
            signer_set=signer_set[0],
            declared=self.declared(feed, epoch, input_block),
            floor_ticks=terms[1] // TICK if electricity else 0,
            terms=self.deployment.terms,
            power_price=self.deployment.unit_power_price / WAD,
            supply=OracleTerms.of(oracle_terms[0]).supply,
        )

    def oracle_terms(self, block: int | str | bytes = "latest") -> OracleTerms:
        """Windows, delays, stakes and supply: fixed at deployment."""
        return OracleTerms.of(self.read("oracleTerms", contract=ORACLE, block=block)[0])

    def purchases(self, period: int) -> list[Purchase]:
        """A period's purchases in the order of the chain."""
        event = interface(MARKET).events["Traded"]
        topics = ["0x" + event.topic.hex(), f"0x{period:064x}"]
        last = self.client.block().number
        logs = self.client.logs(self.address, topics, self.deployment.block, last)
        found = [event.decode(log) for log in logs]
        return [Purchase(a["buyer"], a["retailer"], a["energyWh"]) for a in found]

    def declared(self, feed: Feed, epoch: int, last: int) -> tuple[tuple[str, int], ...]:
        """(account, word or need) of an epoch in the order of the chain, up to block `last`."""
        name = "TargetDeclared" if feed is Feed.ELECTRICITY else "NeedDeclared"
        event = interface(MARKET).events[name]
        topics = ["0x" + event.topic.hex(), f"0x{epoch:064x}"]
        logs = self.client.logs(self.address, topics, self.deployment.block, last)
        found = [sensible(event.decode)(log) for log in logs]
        value = "word" if feed is Feed.ELECTRICITY else "needWei"
        return tuple((arguments["account"], arguments[value]) for arguments in found)
