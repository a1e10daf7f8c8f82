"""`deployment.toml`: what a deployment is, for every program that uses it."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from oracle import UserError
from oracle.chain.artifacts import same_code
from oracle.chain.client import Client
from oracle.chain.interface import interface
from oracle.rounds.clock import Schedule
from oracle.rounds.finish_stackelberg import ElecoinTerms

DEPLOYED = (
    "ElectricityTrading",
    "MarketOffice",
    "SettlementOffice",
    "OracleTribunal",
    "EquilibriumOracle",
    "ReputationLedger",
    "Elecoin",
    "Wattcoin",
    "StandingOrders",
    "OriginCertificates",
    "TullockRewards",
)
DAY_POOL = "DayPool"
"""Made later and beside the others, where a community is too large for the pool."""


class DeploymentError(UserError):
    """A deployment file that is unreadable, or that does not describe the chain it is used on."""


@dataclass(frozen=True)
class Deployment:
    """Addresses, clock and constants of one deployment on one chain."""

    chain_id: int
    genesis: str
    block: int
    contracts: dict[str, str]
    schedule: Schedule
    terms: ElecoinTerms
    unit_power_price: int
    depth: int = 0

    def address(self, contract: str) -> str:
        return self.contracts[contract]

    def to_toml(self) -> str:
        """The file's text. Integers above 64 bits are strings, because TOML's end there."""
        lines = [
            f"chain_id = {self.chain_id}",
            f'genesis = "{self.genesis}"',
            f"block = {self.block}",
            f"depth = {self.depth}",
            f'unit_power_price = "{self.unit_power_price}"',
            "",
            "[contracts]",
            *(f'{name} = "{address}"' for name, address in self.contracts.items()),
            "",
            "[schedule]",
            *(f"{name} = {value}" for name, value in asdict(self.schedule).items()),
            "",
            "[terms]",
            *(f'{name} = "{value}"' for name, value in asdict(self.terms).items()),
        ]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str, source: str = "deployment.toml") -> Deployment:
        """Raises DeploymentError with one line."""
        try:
            raw = tomllib.loads(text)
            return cls(
                chain_id=int(raw["chain_id"]),
                genesis=str(raw["genesis"]),
                block=int(raw["block"]),
                depth=int(raw["depth"]),
                contracts={name: str(raw["contracts"][name]) for name in raw["contracts"]},
                schedule=Schedule(
                    **{f.name: int(raw["schedule"][f.name]) for f in fields(Schedule)}
                ),
                terms=ElecoinTerms(
                    **{f.name: int(raw["terms"][f.name]) for f in fields(ElecoinTerms)}
                ),
                unit_power_price=int(raw["unit_power_price"]),
            )
        except KeyError as error:
            raise DeploymentError(f"{source}: {error.args[0]}: missing") from error
        except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
            raise DeploymentError(f"{source}: {error}") from error

    @classmethod
    def load(cls, path: Path) -> Deployment:
        try:
            return cls.from_toml(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise DeploymentError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise DeploymentError(f"{path}: is not UTF-8 text") from error

    def check(self, client: Client) -> None:
        """Raises DeploymentError unless the node serves this very chain with these contracts."""
        self.check_chain(client)
        for name in (*DEPLOYED, *({DAY_POOL} & self.contracts.keys())):
            if name not in self.contracts:
                raise DeploymentError(f"contracts.{name}: missing")
            if not same_code(name, client.code(self.contracts[name])):
                raise DeploymentError(f"contracts.{name}: other code at {self.contracts[name]}")
        self._check_constants(client)

    def check_chain(self, client: Client) -> None:
        """Only that it is this very chain: contracts of another version have other code."""
        chain_id = client.chain_id()
        if chain_id != self.chain_id:
            raise DeploymentError(f"chain_id: the node serves {chain_id}, not {self.chain_id}")
        genesis = "0x" + client.block(0).hash.hex()
        if genesis != self.genesis:
            raise DeploymentError(f"genesis: the node's is {genesis}, not {self.genesis}")

    def _check_constants(self, client: Client) -> None:
        """What the market itself says of its clock, its terms and the contracts it works with."""
        market = interface("ElectricityTrading")
        wired = {
            "oracle": "EquilibriumOracle",
            "ledger": "ReputationLedger",
            "elecoin": "Elecoin",
            "wattcoin": "Wattcoin",
            "office": "MarketOffice",
            "settlement": "SettlementOffice",
            "orders": "StandingOrders",
            "origin": "OriginCertificates",
        }
        asked = ["schedule", "elecoinTerms", "unitPowerPrice", *wired]
        address = self.contracts["ElectricityTrading"]
        answers = client.calls([(address, market.encode(name)) for name in asked], "latest")
        found = {
            name: market.functions[name].decode(answer)[0]
            for name, answer in zip(asked, answers, strict=True)
        }
        self._check_fields("schedule", self.schedule, found["schedule"])
        self._check_fields("terms", self.terms, found["elecoinTerms"])
        if found["unitPowerPrice"] != self.unit_power_price:
            raise DeploymentError(
                f"unit_power_price: the market has {found['unitPowerPrice']}, "
                f"not {self.unit_power_price}"
            )
        for name, contract in wired.items():
            if found[name].lower() != self.contracts[contract].lower():
                raise DeploymentError(
                    f"contracts.{contract}: the market works with {found[name]}, "
                    f"not {self.contracts[contract]}"
                )
        self._check_wire(client, "TullockRewards", "market", "ElectricityTrading")
        if DAY_POOL in self.contracts:
            self._check_wire(client, DAY_POOL, "oracle", "EquilibriumOracle")
            self._check_wire(client, DAY_POOL, "elecoin", "Elecoin")

    def _check_wire(self, client: Client, contract: str, getter: str, wanted: str) -> None:
        view = interface(contract)
        answer = client.call(self.contracts[contract], view.encode(getter))
        (theirs,) = view.functions[getter].decode(answer)
        if theirs.lower() != self.contracts[wanted].lower():
            raise DeploymentError(f"contracts.{contract}: works with {getter} {theirs}")

    @staticmethod
    def _check_fields(
        table: str, given: Schedule | ElecoinTerms, on_chain: tuple[int, ...]
    ) -> None:
        for field, there in zip(fields(given), on_chain, strict=True):
            here = getattr(given, field.name)
            if here != there:
                raise DeploymentError(f"{table}.{field.name}: the market has {there}, not {here}")
