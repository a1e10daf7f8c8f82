"""A market that nobody drives: a drawn contest whose prizes wait, and an office in three hands.

    python quiet_market.py FOLDER

deploys it on an Anvil of its own, prints who is who as a line of JSON, and serves it as `wattmarket
serve --deployment --node` does, until SIGTERM.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

# Tests are no packages: the market of the chain's tests is found beside them.
sys.path.append(str(Path(__file__).parents[1] / "chain"))

from contests import drawn
from market_lab import ADMIN, BUYER, SELLER, STRANGER, THIRD, Lab, deployed

from oracle.app.serving.command import serve
from oracle.chain.governance import GOVERNANCE, hand_over
from oracle.chain.interface import interface
from oracle.chain.rewards import Rewards
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction

DELAY = 3600
OPERATOR = 1
"""The role's number."""
SLOW = STRANGER
GENERATED = {SELLER.address: 700, BUYER.address: 900, THIRD.address: 1100}


def key(signer: Signer) -> str:
    return "0x" + signer.key.hex()


def govern(lab: Lab) -> str:
    """The administrator's office goes to a contract, which gives a second operator a delay. Its
    address."""
    office = hand_over(
        lab.market, lab.sender, ADMIN, lab.mine, administration=THIRD.address,
        operator=ADMIN.address, guardian=BUYER.address, delay=DELAY,
    ).address  # fmt: skip
    grant = interface(GOVERNANCE).encode("grantRole", OPERATOR, SLOW.address, DELAY)
    for function, when in (("schedule", (0,)), ("execute", ())):
        data = interface(GOVERNANCE).encode(function, office, grant, *when)
        later = lab.client.block().timestamp + DELAY
        lab.at(later, Transaction(THIRD, office, data, function))
    return office


def main(folder: Path) -> int:
    with deployed(folder) as lab:
        drawn(lab, Rewards(lab.market), GENERATED)
        office = govern(lab)
        (folder / "deployment.toml").write_text(lab.deployment.to_toml())
        # The store follows what is as deep as the deployment wants.
        lab.client.request("anvil_mine", hex(lab.deployment.depth))
        # From now on as any chain of development does.
        lab.client.request("evm_setAutomine", True)
        said = {
            "node": lab.client.url,
            "office": office,
            "market": lab.market.address,
            "winner": key(SELLER),
            "operator": key(ADMIN),
            "slow": key(SLOW),
        }
        click.echo(json.dumps(said))
        return serve(
            f"sqlite:///{folder / 'store.sqlite'}", folder / "token", lab.client.url, None, (),
            deployment=folder / "deployment.toml",
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
