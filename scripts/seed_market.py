"""Fills a market so that one can try it: `brownie run seed_market --network development`.

Uses the deployment in `deployment.toml` if it is on the attached chain, else deploys. Registers the
small community of `market_config`, gives its development accounts coins, and declares the needs and
targets of the next epoch and period. What is done already is left as it is.
"""

from brownie import (
    Elecoin,
    EquilibriumOracle,
    ReputationLedger,
    Wattcoin,
    accounts,
    web3,
)
from brownie.exceptions import VirtualMachineError
from eth_utils import keccak

from scripts import deployment_file, market_contract, settings
from scripts import market_config as config
from scripts.deploy import deploy

CONTAINERS = (Elecoin, Wattcoin, EquilibriumOracle, ReputationLedger)
ZERO = "0x" + 40 * "0"
GENERATION_REGISTER, CONSUMPTION_REGISTER = 1, 2
DEADLINE_MARGIN = 30
"""Seconds before a deadline after which nothing is declared for it any more."""


def member_account(member):
    return settings.development_account(f"member {member.name}")


def meter_account(member):
    return settings.development_account(f"meter {member.name}")


def server_account(name):
    return settings.development_account(f"server {name}")


def attach(deployment):
    """The contracts of a deployment by name."""
    at = deployment["contracts"]
    found = {container._name: container.at(at[container._name]) for container in CONTAINERS}
    return {
        **found,
        "ElectricityTrading": market_contract.at(at["ElectricityTrading"]),
        "EquilibriumOracle": market_contract.oracle_at(at["EquilibriumOracle"]),
    }


def administrator_of(market):
    """The administrator's account; refused where its key is not here."""
    owner = market.administrator()
    if owner in [account.address for account in accounts]:
        return accounts.at(owner)
    named = settings.deployer()
    if named.address != owner:
        refusal = f"the market's administrator is {owner}, whose key is not here"
        settings.refuse(f"{settings.deployment_path()}: {refusal}")
    return named


def target_word(zone, period, net, price, limit):
    """Bits 120-135 zone, 96-119 period, 64-95 net in two's complement, 32-63 price, 0-31 limit."""
    return zone << 120 | period << 96 | (net & 0xFFFFFFFF) << 64 | price << 32 | limit


def target_of(member, period, elecoin_price):
    """What a member declares: what the energy is worth to her, in ticks of elecoins per kWh."""
    if member.net < 0:
        fees = [sum(fee) for (_, to), fee in config.FEES.items() if to == member.zone]
        worth = (config.RETAIL - min(fees)) * config.WAD // elecoin_price
        limit = config.RETAIL * config.WAD // elecoin_price
        return target_word(member.zone, period, member.net, worth, limit)
    asked = -(-member.feed_in * config.WAD // config.REDEMPTION)
    if not member.may_sell:
        asked = config.NEVER_SELLS
    return target_word(member.zone, period, member.net, asked, 0)


def fund(giver):
    """Coins for everyone who sends transactions."""
    people = [f(member) for member in config.MEMBERS for f in (member_account, meter_account)]
    people += [server_account(name) for name, _ in config.SERVERS]
    for account in people:
        if account.balance() < config.FUNDS // 2:
            giver.transfer(account, config.FUNDS)


def register(market, administrator):
    """Zone fees, members and meters."""
    sender = {"from": administrator}
    for pair, (network, levy) in config.FEES.items():
        if not market.fee(*pair)["nextPermitted"]:
            market.setFee(*pair, network, levy, True, sender)
    for member in config.MEMBERS:
        account = member_account(member)
        if market.account(account)["index"] == 0:
            # On a real chain the salt is random and kept: it is what hides the name.
            name_hash = keccak(text=f"salt {member.name}")
            rights = (member.may_sell, True)
            market.empower(account, name_hash, member.zone, *rights, member.rated_power, sender)
        if market.meterOf(account) == ZERO:
            registers = CONSUMPTION_REGISTER | (GENERATION_REGISTER if member.net > 0 else 0)
            market.installMeter(account, meter_account(member), 0, 0, registers, sender)


def next_open(clock, now):
    """The first epoch whose needs, and the first period whose targets, can still be declared."""
    first_deadline = clock["start"] - clock["declaration_lead"]
    now += DEADLINE_MARGIN
    period = max(0, (now - first_deadline) // clock["period"] + 1)
    epoch_seconds = clock["period"] * clock["epoch_periods"]
    epoch = max(0, (now - first_deadline + clock["elecoin_lead"]) // epoch_seconds + 1)
    return epoch, period


def declare(market, oracle, clock, now):
    """Needs of the next epoch and targets of the next period, by everyone who has not yet.

    Returns (epoch, period).
    """
    epoch, period = next_open(clock, now)
    try:
        price, _ = oracle.elecoinPrice(period // clock["epoch_periods"])
    except VirtualMachineError as error:
        settings.refuse(f"the elecoin price of period {period}: {error.revert_msg}: post one first")
    for member in config.MEMBERS:
        account = member_account(member)
        if member.need and market.account(account)["needEpoch"] <= epoch:
            market.declareNeed(epoch, member.need, {"from": account})
        if market.slot(account, period)["flags"] == 0:
            market.declareTarget(target_of(member, period, price), {"from": account})
    return epoch, period


def seed():
    """(contracts by name, what `deployment.toml` says, epoch, period)."""
    settings.require_development_chain()
    deployment = deployment_file.of_this_chain(settings.deployment_path())
    if deployment is None:
        contracts, deployment = deploy()
    else:
        contracts = attach(deployment)
    market = contracts["ElectricityTrading"]
    administrator = administrator_of(market)
    fund(administrator)
    register(market, administrator)
    now = web3.eth.get_block("latest")["timestamp"]
    oracle = contracts["EquilibriumOracle"]
    return contracts, deployment, *declare(market, oracle, deployment["schedule"], now)


def show(contracts, deployment, epoch, period):
    """What is there, in lines."""
    market, clock = contracts["ElectricityTrading"], deployment["schedule"]
    for name, at in deployment["contracts"].items():
        print(f"{name:<28}{at}")
    start = clock["start"] + period * clock["period"]
    print(f"\nIt is {web3.eth.get_block('latest')['timestamp']} on this chain.")
    print(f"Needs are declared for epoch {epoch}, targets for period {period}: until")
    print(f"{start - clock['declaration_lead']}, priced until the period's start at {start},")
    print(f"read from its end at {start + clock['period']} on.\n")
    print(f"{'member':<8}{'account':<44}{'zone':<6}{'net Wh':>8}{'price':>12}{'limit':>12}")
    for member in config.MEMBERS:
        account = member_account(member)
        slot = market.slot(account, period)
        print(
            f"{member.name:<8}{account.address:<44}{member.zone:<6}{slot['net']:>8}"
            f"{slot['price']:>12}{slot['limit']:>12}"
        )
    print("Prices are in 1e-6 elecoins per kWh. Edge servers:")
    for name, operator in config.SERVERS:
        print(f"{name:<8}{server_account(name).address:<44}run by {operator}")


def main():
    contracts, deployment, epoch, period = seed()
    show(contracts, deployment, epoch, period)
