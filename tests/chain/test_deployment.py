"""Deploying, and the file by which every program knows a deployment."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address
from market_lab import ADMIN, MEMBERS, SCHEDULE, SERVERS, STRANGER, TERMS, Lab, plan

from oracle.chain.artifacts import ArtifactMissing, artifact, same_code
from oracle.chain.deploy import contract_address, deploy
from oracle.chain.deployment import DEPLOYED, Deployment, DeploymentError
from oracle.chain.market import LEDGER, MARKET, ORACLE
from oracle.chain.rewards import REWARDS
from oracle.chain.transactions import TransactionFailed
from oracle.units import WAD

pytestmark = pytest.mark.node


def test_a_deployment_works_as_planned(lab: Lab) -> None:
    made, market = plan(), lab.market
    assert market.read("administrator")[0] == made.administrator.lower()
    assert market.read("totalElecoins")[0] == made.total_elecoins
    assert market.read("unitPowerPrice")[0] == made.unit_power_price
    assert market.read("elecoinTerms")[0] == TERMS.as_tuple()
    assert market.read("constants")[0][3:6] == (82_001, 1000, 60)
    (servers,) = market.read("edgeServers", contract=ORACLE)
    assert [(to_checksum_address(s), to_checksum_address(o)) for s, o in servers] == [*made.servers]
    assert market.read("quorum", contract=ORACLE)[0] == 2
    assert market.order_of(0) == [server.address for server in SERVERS]
    assert market.leader_of(0) == MEMBERS[0].address


def test_the_readers_feed_the_oracle(lab: Lab) -> None:
    readers = [name for name in lab.deployment.contracts if name.endswith("Reader")]
    assert sorted(readers) == [
        "ElecoinPriceReader",
        "ElectricityPriceReader",
        "MatchingProbabilityReader",
    ]
    for name in readers:
        assert same_code("FeedReader", lab.client.code(lab.deployment.contracts[name]))


def test_addresses_are_those_that_create_makes(lab: Lab) -> None:
    # The example of the yellow paper's rule that every implementation quotes.
    deployer = "0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"
    assert contract_address(deployer, 0) == "0xcd234A471b72ba2F1Ccf0A70FCABA648a5eeCD8d"
    assert contract_address(deployer, 1) == "0x343c43A37D37dfF08AE8C4A11544c718AbB4fCF8"
    first = contract_address(ADMIN.address, 0)
    assert first == lab.deployment.contracts["Elecoin"]


def test_the_contracts_know_each_other(lab: Lab) -> None:
    assert lab.market.read("levyAccount")[0] == lab.deployment.address(REWARDS).lower()
    for contract in (ORACLE, LEDGER, "Elecoin", "Wattcoin", REWARDS):
        assert lab.market.read("market", contract=contract)[0] == lab.market.address.lower()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"schedule": replace(SCHEDULE, ring_length=3)},
            "deploy OracleTribunal: InvalidSchedule(field: ringLength, value: 3, least: 4)",
        ),
        (
            {"terms": replace(TERMS, least=TERMS.redemption - 10**12)},
            f"deploy MarketOffice: InvalidElecoinTerms(redemption: {TERMS.redemption}, "
            f"target: {TERMS.target}, least: {TERMS.redemption - 10**12}, most: {TERMS.most}, "
            f"theta: {TERMS.theta})",
        ),
        (
            {"servers": tuple((s.address, ADMIN.address) for s in SERVERS[:2])},
            "deploy ElectricityTrading: InvalidEdgeServers(count: 2)",
        ),
        ({"network_account": "0x" + "00" * 20}, "deploy ElectricityTrading: ZeroAddress()"),
        ({"reward_bond": 1}, "deploy TullockRewards: InvalidTerms(bond: 1, activation: 500)"),
        ({"tolerance_bps": 10_001}, "deploy ElectricityTrading: InvalidTolerance("),
    ],
)
def test_a_deployment_that_a_contract_refuses_says_which_and_why(
    lab: Lab, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(TransactionFailed) as refused:
        deploy(lab.client, lab.sender, plan(**changes), STRANGER, lab.mine)
    assert str(refused.value).startswith(reason)
    assert "\n" not in str(refused.value)


# --- deployment.toml --------------------------------------------------------------------------


def test_the_file_comes_back_as_it_was(lab: Lab, tmp_path: Path) -> None:
    made = replace(lab.deployment, terms=replace(TERMS, theta=2**128 - 1), unit_power_price=2**255)
    path = tmp_path / "deployment.toml"
    path.write_text(made.to_toml(), encoding="utf-8")
    assert Deployment.load(path) == made
    raw = tomllib.loads(made.to_toml())
    # TOML's integers end at 64 bits.
    assert raw["terms"]["theta"] == str(2**128 - 1)
    assert raw["chain_id"] == made.chain_id


def test_the_deployment_fits_its_chain(lab: Lab) -> None:
    lab.deployment.check(lab.client)
    assert lab.deployment.chain_id == lab.client.chain_id()
    assert lab.deployment.block == 1


OTHER = to_checksum_address("0x" + "12" * 20)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chain_id": 1}, "chain_id: the node serves 30573, not 1"),
        ({"genesis": "0x" + "00" * 32}, "genesis: the node's is 0x"),
        (
            {"schedule": replace(SCHEDULE, trade_window=501)},
            "schedule.trade_window: the market has 500, not 501",
        ),
        ({"terms": replace(TERMS, theta=7)}, f"terms.theta: the market has {TERMS.theta}, not 7"),
        ({"unit_power_price": WAD}, "unit_power_price: the market has 300000000000000000, not 1"),
    ],
)
def test_another_chain_clock_or_constant_stops_the_start(
    lab: Lab, change: dict[str, object], message: str
) -> None:
    with pytest.raises(DeploymentError) as wrong:
        replace(lab.deployment, **change).check(lab.client)  # type: ignore[arg-type]
    assert str(wrong.value).startswith(message)
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize("name", DEPLOYED)
def test_other_code_at_an_address_stops_the_start(lab: Lab, name: str) -> None:
    for address in (OTHER, lab.deployment.contracts["ElecoinPriceReader"]):
        contracts = lab.deployment.contracts | {name: address}
        with pytest.raises(DeploymentError, match=rf"^contracts\.{name}: other code at {address}$"):
            replace(lab.deployment, contracts=contracts).check(lab.client)
    left = {n: a for n, a in lab.deployment.contracts.items() if n != name}
    with pytest.raises(DeploymentError, match=rf"^contracts\.{name}: missing$"):
        replace(lab.deployment, contracts=left).check(lab.client)


def test_the_same_code_of_another_deployment_stops_the_start(lab: Lab) -> None:
    """Two markets on one chain: the right code, but an oracle that serves the other one."""
    lab.client.request("anvil_setBalance", STRANGER.address, hex(WAD))
    second = deploy(lab.client, lab.sender, plan(), STRANGER, lab.mine)
    second.check(lab.client)
    mixed = lab.deployment.contracts | {ORACLE: second.contracts[ORACLE]}
    with pytest.raises(DeploymentError, match=r"^contracts\.EquilibriumOracle: the market works"):
        replace(lab.deployment, contracts=mixed).check(lab.client)
    mixed = lab.deployment.contracts | {REWARDS: second.contracts[REWARDS]}
    with pytest.raises(DeploymentError, match=r"^contracts\.TullockRewards: works with market 0x"):
        replace(lab.deployment, contracts=mixed).check(lab.client)
    assert second.contracts[MARKET] != lab.deployment.contracts[MARKET]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("chain_id = 30573", "", "chain_id: missing"),
        ("step = 900\n", "", "step: missing"),
        ("chain_id = 30573", "chain_id = [", "Invalid value"),
        ('unit_power_price = "300000000000000000"', 'unit_power_price = "much"', "much"),
        ("[contracts]", "[other]", "contracts: missing"),
        ("depth = 3", 'depth = "deep"', "deep"),
        ("[terms]", "terms = 3\n[more]", "terms"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    lab: Lab, tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = lab.deployment.to_toml()
    assert old in text
    path = tmp_path / "deployment.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DeploymentError) as wrong:
        Deployment.load(path)
    assert str(wrong.value).startswith(f"{path}: ")
    assert said in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"deployment\.toml: No such file"):
        Deployment.load(tmp_path / "deployment.toml")
    (tmp_path / "raw.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeploymentError, match=r"raw\.toml: "):
        Deployment.load(tmp_path / "raw.toml")


def test_contracts_that_were_not_compiled_name_the_command() -> None:
    with pytest.raises(ArtifactMissing, match="contract Nonsense is not compiled: run `make"):
        artifact("Nonsense")
