"""The scripts: what `deploy` writes and refuses, what `seed_market` leaves on the chain."""

import os
import subprocess
import tomllib
from pathlib import Path

import brownie
import pytest
from brownie import accounts, chain, web3

from scripts import market_config, settings
from scripts.deployment_file import of_this_chain
from scripts.market_config import MEMBERS, SERVERS, WAD

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "0x" + 40 * "1"


def seed():
    from scripts import seed_market

    return seed_market.seed()


@pytest.fixture(scope="module")
def seeded(module_isolation, deployment_file):
    return seed()


@pytest.fixture(autouse=True)
def kept(seeded, deployment_file):
    """Like the chain, the file is the same at the start of every test."""
    text = deployment_file.read_text()
    yield
    deployment_file.write_text(text)


@pytest.fixture
def real_chain(monkeypatch):
    """As if the attached chain were not a development chain."""
    monkeypatch.setattr(settings, "DEVELOPMENT_CHAINS", (1337,))
    assert chain.id != 1337


def refused(capsys, action):
    """The one line with which a script ends, with exit code 2."""
    with pytest.raises(SystemExit) as ended:
        action()
    assert ended.value.code == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    return error.rstrip("\n")


# ------------------------------------------------------------------ deploying


def test_the_file_says_what_was_deployed(seeded, deployment_file):
    contracts, *_ = seeded
    read = tomllib.loads(deployment_file.read_text())
    assert list(read) == [
        "chain_id", "genesis", "block", "depth", "unit_power_price",
        "contracts", "schedule", "terms",
    ]  # fmt: skip
    assert read["chain_id"] == chain.id == 30573
    assert bytes.fromhex(read["genesis"][2:]) == bytes(web3.eth.get_block(0)["hash"])
    first = web3.eth.get_block(read["block"], full_transactions=True)["transactions"][0]
    assert (
        web3.eth.get_transaction_receipt(first["hash"])["contractAddress"]
        == (read["contracts"]["Elecoin"])
    )
    assert read["contracts"] == {name: made.address for name, made in contracts.items()}
    market, oracle = contracts["ElectricityTrading"], contracts["EquilibriumOracle"]
    assert tuple(read["schedule"].values()) == tuple(market.schedule())
    assert tuple(int(value) for value in read["terms"].values()) == tuple(market.elecoinTerms())
    assert int(read["unit_power_price"]) == market.unitPowerPrice() == WAD // 5
    assert market.oracle() == oracle == contracts["ElecoinPriceReader"].oracle()
    assert contracts["ElecoinPriceReader"].description() == "currency / ELE"
    assert contracts["MatchingProbabilityReader"].description() == "matching probability"
    assert [signer for signer, _ in oracle.edgeServers()] == [
        settings.development_account(f"server {name}").address for name, _ in SERVERS
    ]


def test_the_package_reads_the_file_and_would_write_the_same(seeded, deployment_file):
    program = (
        "import sys, pathlib; from oracle.chain.deployment import Deployment;"
        "sys.stdout.write(Deployment.load(pathlib.Path(sys.argv[1])).to_toml())"
    )
    command = [ROOT / ".venv" / "bin" / "python", "-c", program, deployment_file]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == deployment_file.read_text()


def test_addresses_are_known_before_the_contracts_are(seeded):
    """The market's constructor refuses contracts that were made for another market."""
    from scripts import deploy

    contracts, deployment, *_ = seeded
    other = contracts["Elecoin"].address
    terms = (
        tuple(deployment["terms"].values()), 1, 1, 1, ADDRESS, ADDRESS,
        (other, contracts["EquilibriumOracle"], contracts["ReputationLedger"], *(other,) * 5),
    )  # fmt: skip
    with brownie.reverts(f"Miswired: {other.lower()}"):
        accounts[0].deploy(
            deploy.ElectricityTrading,
            accounts[0], WAD, WAD, [(ADDRESS, ADDRESS)],
            tuple(deployment["schedule"].values()), terms,
        )  # fmt: skip


def test_development_keys_are_refused_on_a_real_chain(real_chain, capsys, monkeypatch):
    from scripts import deploy

    line = refused(capsys, lambda: settings.development_account("member anna"))
    assert line == "chain id 30573: development keys are refused there; allowed: 1337"
    line = refused(capsys, deploy.main)
    assert line.startswith("WATTMARKET_ACCOUNT: missing: chain id 30573 is no development chain")
    monkeypatch.setenv("WATTMARKET_ACCOUNT", "nobody")
    line = refused(capsys, deploy.main)
    assert line == "WATTMARKET_ACCOUNT: nobody: no such account; see `brownie accounts list`"
    before = web3.eth.block_number
    assert refused(capsys, seed).startswith("chain id 30573: development keys are refused there")
    assert web3.eth.block_number == before


def test_a_keystore_account_deploys_on_a_real_chain(
    deployment_file, real_chain, monkeypatch, capsys
):
    """With parties from the environment alone."""
    from scripts import deploy

    keyed = accounts.add()
    accounts[0].transfer(keyed, WAD)
    monkeypatch.setattr(accounts, "load", {"operator": keyed}.__getitem__)
    monkeypatch.setenv("WATTMARKET_ACCOUNT", "operator")
    monkeypatch.setenv("WATTMARKET_BLOCK_SECONDS", "5")
    monkeypatch.setenv("WATTMARKET_DEPTH", "3")
    capsys.readouterr()
    line = refused(capsys, deploy.deploy)
    assert line.startswith("WATTMARKET_EDGE_SERVERS: missing: must be an odd number of")
    monkeypatch.setenv("WATTMARKET_EDGE_SERVERS", f"{accounts[1]}:{accounts[2]}")
    assert refused(capsys, deploy.deploy).startswith("WATTMARKET_NETWORK_ACCOUNT: missing")
    monkeypatch.setenv("WATTMARKET_NETWORK_ACCOUNT", accounts[3].address)
    contracts, deployment = deploy.deploy()
    market = contracts["ElectricityTrading"]
    assert deployment["depth"] == 3
    assert market.administrator() == keyed
    assert market.networkAccount() == accounts[3]
    assert market.levyAccount() == contracts["TullockRewards"].address
    assert contracts["EquilibriumOracle"].edgeServers() == ((accounts[1], accounts[2]),)


@pytest.mark.parametrize(
    ("depth", "seconds", "allowed"),
    [("0", "30.5", "122 to 6100"), ("0", "0.5", "2 to 100"), ("27", "4", "124 to 800")],
)
def test_a_chain_too_slow_or_too_fast_for_the_leads_is_refused(
    depth, seconds, allowed, monkeypatch, capsys
):
    from scripts import deploy

    monkeypatch.setenv("WATTMARKET_DEPTH", depth)
    monkeypatch.setenv("WATTMARKET_BLOCK_SECONDS", seconds)
    before = web3.eth.block_number
    assert refused(capsys, deploy.main) == (
        f"SCHEDULE declaration_lead: 120 s: with a block every {seconds} s and depth {depth} it "
        f"must be from {allowed} s"
    )
    assert web3.eth.block_number == before


@pytest.mark.parametrize(
    ("variable", "value", "rule"),
    [
        ("WATTMARKET_DEPTH", "-1", "must be a number from 0 to 1000000"),
        ("WATTMARKET_DEPTH", "2.5", "must be a number from 0 to 1000000"),
        ("WATTMARKET_BLOCK_SECONDS", "nan", "must be a number from 0 to 1000000"),
        ("WATTMARKET_ADMINISTRATOR", "0x12", "must be an address"),
    ],
)
def test_a_wrong_variable_is_one_line(variable, value, rule, monkeypatch, capsys):
    from scripts import deploy

    monkeypatch.setenv(variable, value)
    assert refused(capsys, deploy.main) == f"{variable}: {value}: {rule}"


@pytest.mark.parametrize(
    "value", ["", ADDRESS, f"{ADDRESS}:{ADDRESS}," * 2, f"{ADDRESS}:0x12", f"{ADDRESS}:x:y"]
)
def test_edge_servers_are_an_odd_number_of_pairs(value, monkeypatch, capsys):
    monkeypatch.setenv("WATTMARKET_EDGE_SERVERS", value)
    line = refused(capsys, settings.edge_servers)
    assert line.endswith("must be an odd number of signer:operator pairs")


def test_the_blocks_of_a_real_chain_are_measured(real_chain):
    for _ in range(4):
        chain.sleep(12)
        chain.mine()
    span = min(20, web3.eth.block_number)
    newest, oldest = web3.eth.get_block("latest"), web3.eth.get_block(web3.eth.block_number - span)
    assert settings.block_seconds() == (newest["timestamp"] - oldest["timestamp"]) / span > 2


def test_a_day_pool_is_made_once_for_the_markets_elecoin_and_oracle(
    seeded, deployment_file, monkeypatch, capsys
):
    from scripts import deploy_day_pool

    contracts, *_ = seeded
    made, deployment = deploy_day_pool.deploy()
    assert (made.elecoin(), made.oracle()) == (contracts["Elecoin"], contracts["EquilibriumOracle"])
    assert of_this_chain(deployment_file) == deployment
    assert deployment["contracts"]["DayPool"] == made.address
    made.join({"from": accounts[1]})
    assert made.seatAt(0) == accounts[1]
    capsys.readouterr()
    line = refused(capsys, deploy_day_pool.deploy)
    assert line == f"{deployment_file}: contracts.DayPool: {made.address}: there is one already"
    monkeypatch.setenv("WATTMARKET_DEPLOYMENT", str(deployment_file.with_name("none.toml")))
    assert "no market on this chain" in refused(capsys, deploy_day_pool.deploy)


# ------------------------------------------------------------------ seeding


def test_the_seeded_market_holds_what_the_config_says(seeded):
    contracts, _, epoch, period = seeded
    market = contracts["ElectricityTrading"]
    assert (epoch, period) == (0, 0)
    assert market.accountCount() == len(MEMBERS)
    price, flagged = contracts["EquilibriumOracle"].elecoinPrice(epoch)
    assert (price, flagged) == (market_config.REDEMPTION, True)
    for member in MEMBERS:
        who = settings.development_account(f"member {member.name}")
        account, slot = market.account(who), market.slot(who, period)
        assert (account["zone"], account["ratedPower"]) == (member.zone, member.rated_power)
        assert account["rights"] == (7 if member.may_sell else 5)
        assert account["needEpoch"] == (1 if member.need else 0)
        assert (slot["net"], slot["flags"]) == (member.net, 4)
        if member.net < 0:
            # 0.32 all in, of which 0.025 are network fee and levy, at 0.97 an elecoin.
            assert (slot["price"], slot["limit"]) == (304_123, 329_896)
        assert market.meterOf(who) == settings.development_account(f"meter {member.name}")
    asked = {m.name: market.slot(settings.development_account(f"member {m.name}"), 0)["price"]
             for m in MEMBERS if m.net > 0}  # fmt: skip
    assert asked == {"anna": 82_475, "bela": 113_403, "emil": 2**32 - 1}


def test_seeding_again_changes_nothing(seeded):
    _, deployment, *_ = seeded
    before = web3.eth.block_number
    _, again, epoch, period = seed()
    assert web3.eth.block_number == before
    assert again["contracts"] == deployment["contracts"]
    assert (epoch, period) == (0, 0)


def test_seeding_later_declares_for_what_is_open_then(seeded):
    contracts, deployment, *_ = seeded
    clock = deployment["schedule"]
    chain.sleep(clock["start"] + 3 * clock["period"] - chain.time())
    chain.mine()
    _, _, epoch, period = seed()
    # Epoch 0 had needs and no report: the lower bound stands once more, for its periods.
    assert (epoch, period) == (1, 4)
    anna = settings.development_account("member anna")
    assert contracts["ElectricityTrading"].slot(anna, 4)["net"] == 1_500


def test_another_chains_file_is_not_used(seeded, deployment_file):
    _, deployment, *_ = seeded
    text = deployment_file.read_text()
    assert of_this_chain(deployment_file)["contracts"] == deployment["contracts"]
    for other in (
        text.replace(deployment["genesis"], "0x" + 64 * "0"),
        text.replace("chain_id = 30573", "chain_id = 1337"),
        text.replace(deployment["contracts"]["ElectricityTrading"], ADDRESS),
    ):
        elsewhere = deployment_file.with_name("other.toml")
        elsewhere.write_text(other)
        assert other != text
        assert of_this_chain(elsewhere) is None
    assert of_this_chain(deployment_file.with_name("none.toml")) is None


def test_a_broken_file_and_an_absent_administrator_are_one_line(
    seeded, deployment_file, monkeypatch, capsys
):
    contracts, *_ = seeded
    broken = deployment_file.with_name("broken.toml")
    broken.write_text("chain_id = \n")
    monkeypatch.setenv("WATTMARKET_DEPLOYMENT", str(broken))
    assert refused(capsys, seed).startswith(f"{broken}: TOMLDecodeError: ")
    monkeypatch.setenv("WATTMARKET_DEPLOYMENT", str(deployment_file))
    market = contracts["ElectricityTrading"]
    market.transferOwnership(accounts[9], {"from": accounts[0]})
    market.acceptOwnership({"from": accounts[9]})
    capsys.readouterr()
    monkeypatch.setattr(accounts, "_accounts", [accounts[0]])
    assert refused(capsys, seed) == (
        f"{deployment_file}: the market's administrator is {market.administrator()}, "
        "whose key is not here"
    )


def test_show_names_everything(seeded, capsys):
    from scripts import seed_market

    capsys.readouterr()
    seed_market.show(*seeded)
    shown = capsys.readouterr().out
    for name in (*seeded[1]["contracts"], *(m.name for m in MEMBERS), *(s for s, _ in SERVERS)):
        assert name in shown
