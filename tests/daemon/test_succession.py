"""A market hands over to the next while members trade: from `deploy` to the last redemption."""

from __future__ import annotations

from pathlib import Path

import pytest
from blocks import automatic
from community_of_servers import DEPTH, Servers
from market_lab import (
    ADMIN,
    BUYER,
    MEMBERS,
    METER,
    SCHEDULE,
    SELLER,
    SERVERS,
    T0,
    THIRD,
    Lab,
    zone_of,
)

from oracle.chain.deployment import Deployment
from oracle.chain.interface import interface
from oracle.chain.transactions import Sender
from oracle.cli import main
from oracle.rounds.words import Target
from oracle.units import WAD

pytestmark = pytest.mark.node

FROM = SCHEDULE.epoch_periods
START = SCHEDULE.start_of(FROM)
WORDS = {SELLER: (2000, 90_000, 0), BUYER: (-900, 310_000, 400_000)}


@pytest.fixture
def market_file(lab: Lab, tmp_path: Path) -> Path:
    """The next market, and the deployment of the one that is."""
    (tmp_path / "old.toml").write_text(lab.deployment.to_toml())
    servers = "".join(
        f'[[server]]\nsigner = "{server.address}"\noperator = "{member.address}"\n'
        for server, member in zip(SERVERS, MEMBERS, strict=True)
    )
    network = f'network_account = "{ADMIN.address}"\ndepth = {DEPTH}\n'
    (tmp_path / "market.toml").write_text(network + servers)
    return tmp_path / "market.toml"


def read_meters(lab: Lab, when: int, period: int, stands: dict[str, tuple[int, int]]) -> None:
    calls = [
        lab.call(METER, name, who, period, register)
        for who, registers in stands.items()
        for name, register in zip(("generation", "consumption"), registers, strict=True)
    ]
    lab.at(when, *calls)


def declare(lab: Lab, when: int, period: int) -> None:
    targets = [
        lab.call(who, "declareTarget", Target(period, net, price, limit, zone=zone_of(who)).pack())
        for who, (net, price, limit) in WORDS.items()
    ]
    lab.at(when, *targets)


def price(lab: Lab, folder: Path, deadline: int) -> list[tuple[str, int]]:
    """Three servers of that market sign and post what is due at the deadline; what was posted."""
    folder.mkdir()
    with Servers.of(lab, folder) as servers:
        servers.mine(deadline, DEPTH + 1)
        servers.live(40)
        assert servers.alarms == []
        return servers.postings()


def trade(lab: Lab, when: int, period: int) -> int:
    """What the buyer got of 900 Wh that she asks for."""
    lab.at(when, lab.call(BUYER, "trade", SELLER.address, period, 900, 1, 10**18, 2**40))
    return sum(purchase.energy_wh for purchase in lab.market.purchases(period))


def test_members_trade_through_a_succession(
    lab: Lab,
    office: list[str],
    market_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client, old = lab.client, lab
    old.at(T0 - 2900, old.call(BUYER, "buyToken", 10 * WAD, value=11 * WAD))
    assert main(["successor", str(tmp_path / "old.toml"), *office[:2]]) == 1
    options = ["--succeeds", str(tmp_path / "old.toml"), "--to", str(tmp_path / "new.toml")]
    with automatic(client):
        code = main(["deploy", str(market_file), *office, *options])
    said = capsys.readouterr()
    assert code == 1, said.err
    assert "3 meters wait for their last reading in the old market" in said.out

    deployment = Deployment.load(tmp_path / "new.toml")
    deployment.check(client)
    assert deployment.schedule.start == START
    new = Lab(client, Sender(client, client.chain_id()), deployment)
    assert new.market.read("accountCount") == (3,)
    assert new.market.read("account", SELLER.address)[0][5:] == (0, zone_of(SELLER), 7)

    # Whoever reads the old feed finds the next oracle; whoever has the old file, the next file.
    view, reader = interface("FeedReader"), lab.deployment.address("ElectricityPriceReader")
    answer = client.call(reader, view.encode("successor"))
    next_oracle, starts = view.functions["successor"].decode(answer)
    assert (next_oracle.lower(), starts) == (deployment.address("EquilibriumOracle").lower(), START)
    found = ["--to", str(tmp_path / "found.toml"), *office[:2]]
    assert main(["successor", str(tmp_path / "old.toml"), *found]) == 0
    follower = Deployment.load(tmp_path / "found.toml")
    follower.check(client)
    assert follower.contracts.items() <= deployment.contracts.items()
    assert follower.block <= deployment.block + len(deployment.contracts)

    assert main(["doctor", "--deployment", str(tmp_path / "old.toml"), *office[:2]]) == 1
    said = capsys.readouterr()
    assert "WRONG  clock" in said.out, "the chain is years ahead"
    for well in ("contracts", "servers", "reserve", "succession"):
        assert f"ok     {well}: " in said.out
    assert f"{deployment.address('ElectricityTrading')} takes over with period {FROM}" in said.out

    # The old market's last period, and the new one's first, which overlap.
    sender = old.sender = Sender(client, client.chain_id())
    new.sender = sender
    new.at(T0, new.call(BUYER, "buyToken", 10 * WAD, value=11 * WAD))
    declare(old, SCHEDULE.declaration_deadline(1) - 40, 1)
    posted = price(old, tmp_path / "old-servers", SCHEDULE.declaration_deadline(1))
    assert posted == [("electricity", 1)]
    read_meters(old, T0 + 900, 0, {SELLER.address: (500, 100), BUYER.address: (0, 700)})
    clock = deployment.schedule
    declare(new, clock.declaration_deadline(0) - 30, 0)
    assert price(new, tmp_path / "new-servers", clock.declaration_deadline(0)) == [
        ("electricity", 0)
    ]
    read_meters(old, START, 1, {SELLER.address: (2600, 100), BUYER.address: (0, 1500)})

    # Its readings are in: the meters move, each from where the old market left it.
    both = [str(tmp_path / "old.toml"), str(tmp_path / "new.toml")]
    with automatic(client):
        assert main(["handover", *both, *office]) == 1
    said = capsys.readouterr()
    assert "meters installed: 2" in said.out
    assert "1 meters wait" in said.out, "the third was never read"
    old.sender = new.sender = Sender(client, client.chain_id())
    assert new.market.read("registers", SELLER.address)[0][:2] == (2600, 100)

    assert trade(old, SCHEDULE.reading_deadline(1), 1) == 800
    assert not old.market.read("paused")[0], "another could trade until the window ends"
    # Servers of the old market price nothing of the new one's periods, whoever declares there.
    declare(old, SCHEDULE.declaration_deadline(FROM + 1) - 40, FROM + 1)
    assert price(old, tmp_path / "late", SCHEDULE.declaration_deadline(FROM + 1)) == posted

    read_meters(new, clock.end_of(0), 0, {SELLER.address: (4600, 100), BUYER.address: (0, 2100)})
    with automatic(client):
        assert main(["handover", *both, *office]) == 1
    assert f"{THIRD.address}: its last period was not read" in capsys.readouterr().out
    old.sender = new.sender = Sender(client, client.chain_id())
    assert trade(new, clock.reading_deadline(0), 0) == 600

    assert old.market.read("paused") == (True,)
    left = old.market.read("account", BUYER.address)[0][0]
    coins = client.balance(BUYER.address)
    old.at(clock.reading_deadline(0) + 9, old.call(BUYER, "redeemToken", left))
    assert client.balance(BUYER.address) == coins + left * 97 // 100
