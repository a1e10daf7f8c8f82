"""`wattmarket govern` moves the administrator's office into three hands, or leaves it whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from blocks import automatic
from eth_utils.address import to_checksum_address
from market_lab import ADMIN, BUYER, MEMBERS, THIRD, Lab, key

from oracle.chain.governance import Governance
from oracle.chain.transactions import Sender
from oracle.cli import main

pytestmark = pytest.mark.node

DELAY = 86_400
HANDS = {
    "--administration": THIRD.address,
    "--operator": BUYER.address,
    "--guardian": MEMBERS[0].address,
    "--delay": str(DELAY),
}


def ask(office: list[str], lab: Lab, folder: Path, **changed: str) -> int:
    (folder / "deployment.toml").write_text(lab.deployment.to_toml())
    told = HANDS | {f"--{name}": value for name, value in changed.items()}
    words = [word for pair in told.items() for word in pair]
    return main(["govern", "--deployment", str(folder / "deployment.toml"), *office, *words])


def test_the_office_has_three_hands_and_its_key_none(
    lab: Lab, office: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with automatic(lab.client):
        assert ask(office, lab, tmp_path) == 0
        said = capsys.readouterr().out
        assert ask(office, lab, tmp_path) == 2, "the office is nobody's key's any more"
    (read,) = lab.market.read("administrator")
    administrator = to_checksum_address(read)
    assert administrator in said
    assert read in capsys.readouterr().err

    contract = Governance(lab.market, administrator)
    lab.sender = Sender(lab.client, lab.client.chain_id())
    now = lab.client.block().timestamp + 10
    assert lab.refused(now, lab.call(ADMIN, "setEdgeServers", []))
    servers = [(key(f"new {n}").address, one.address) for n, one in enumerate(MEMBERS)]
    lab.at(now + 10, contract.announce(THIRD, "setEdgeServers", servers))
    assert lab.refused(now + DELAY, contract.act(THIRD, "setEdgeServers", servers))
    lab.at(now + 10 + DELAY, contract.act(THIRD, "setEdgeServers", servers))
    lab.at(now + 20 + DELAY, contract.act(MEMBERS[0], "pause"))
    lab.at(now + 30 + DELAY, contract.act(BUYER, "unpause"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("guardian", "0x12", "--guardian: '0x12': must be an address other than 0"),
        ("operator", "0x" + "0" * 40, "must be an address other than 0"),
        ("delay", "0", "--delay: 0: must be from 1 to 2592000 seconds"),
        ("delay", "2592001", "--delay: 2592001: must be from 1 to 2592000 seconds"),
    ],
)
def test_what_is_wrong_is_one_line_and_sends_nothing(
    lab: Lab, office: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    name: str, value: str, said: str,
) -> None:  # fmt: skip
    nonce = lab.client.nonce(ADMIN.address)
    assert ask(office, lab, tmp_path, **{name: value}) == 2
    heard = capsys.readouterr().err
    assert said in heard
    assert len(heard.splitlines()) == 1
    assert lab.client.nonce(ADMIN.address) == nonce


def test_an_epoch_longer_than_the_delay_is_said(
    lab: Lab, office: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with automatic(lab.client):
        assert ask(office, lab, tmp_path, delay="60") == 0
    assert "no longer than an epoch" in capsys.readouterr().out
