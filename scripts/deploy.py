"""Deploys the market: `brownie run deploy --network development` (or another network).

Each contract is made with the addresses of those that come after it; the docs say what the
environment may set (docs/brownie.md).
"""

from typing import NamedTuple

from brownie import (
    Elecoin,
    ElectricityTrading,
    EquilibriumOracle,
    FeedReader,
    MarketOffice,
    OracleTribunal,
    OriginCertificates,
    ReputationLedger,
    SettlementOffice,
    StandingOrders,
    TullockRewards,
    Wattcoin,
    chain,
    web3,
)

from scripts import deployment_file, market_contract, settings
from scripts import market_config as config

READERS = ("ElecoinPrice", "ElectricityPrice", "MatchingProbability")


class Parties(NamedTuple):
    """Whose market it is. `servers` are (signer, operator) in order of registration."""

    administrator: str
    servers: list
    network_account: str


def parties(deployer):
    """From the environment; on a development chain, from development keys."""
    if not settings.on_development_chain():
        return Parties(
            settings.address("WATTMARKET_ADMINISTRATOR", deployer.address),
            settings.edge_servers(),
            settings.address("WATTMARKET_NETWORK_ACCOUNT"),
        )

    def at(name):
        return settings.development_account(name).address

    return Parties(
        settings.address("WATTMARKET_ADMINISTRATOR", deployer.address),
        [(at(f"server {server}"), at(f"member {member}")) for server, member in config.SERVERS],
        settings.address("WATTMARKET_NETWORK_ACCOUNT", at("network")),
    )


def clock_from(now):
    """The schedule, starting at the first full period that leaves time to set up and declare."""
    clock = config.SCHEDULE
    earliest = now + config.SET_UP_SECONDS + clock["declaration_lead"] + clock["elecoin_lead"]
    start = -(-earliest // clock["period"]) * clock["period"]
    return {"start": start, **clock, "ring_length": config.ring_length(clock)}


def elecoin_terms():
    return {
        "redemption": config.REDEMPTION,
        "target": config.TARGET_PRICE,
        "least": config.REDEMPTION,
        "most": config.HIGHEST_PRICE,
        "theta": config.THETA,
    }


def create(deployer, whose, clock, terms):
    """The contracts by name, in the order of their creation; a reader for each feed at the end."""
    order = (
        Elecoin,
        Wattcoin,
        OracleTribunal,
        EquilibriumOracle,
        ReputationLedger,
        StandingOrders,
        OriginCertificates,
        MarketOffice,
        SettlementOffice,
        ElectricityTrading,
        TullockRewards,
    )
    nonce = deployer.nonce
    at = {
        container._name: str(deployer.get_deployment_address(nonce + place))
        for place, container in enumerate(order)
    }
    market, oracle, schedule = (
        at["ElectricityTrading"],
        at["EquilibriumOracle"],
        tuple(clock.values()),
    )
    oracle_terms = (*config.ORACLE.values(), tuple(config.SUPPLY.values()))
    ledger_terms = (schedule, config.TAU, config.INITIAL_REPUTATION)
    market_terms = (
        tuple(terms.values()),
        config.FEED_IN,
        config.TOLERANCE_BPS,
        config.QUALITY_THRESHOLD,
        whose.network_account,
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
        whose.administrator,
        config.TOTAL_ELECOINS,
        config.UNIT_POWER_PRICE,
        schedule,
        market_terms,
    )
    arguments = (
        (market,),
        (market,),
        (market, schedule, oracle_terms),
        (market, schedule, oracle_terms, at["OracleTribunal"]),
        (market, oracle, *ledger_terms),
        (market,),
        (market, schedule),
        part,
        part,
        (
            whose.administrator,
            config.TOTAL_ELECOINS,
            config.UNIT_POWER_PRICE,
            whose.servers,
            schedule,
            market_terms,
        ),
        (market, config.REWARD_BOND, config.REWARD_ACTIVATION),
    )
    made = {
        container._name: deployer.deploy(container, *given)
        for container, given in zip(order, arguments, strict=True)
    }
    made["ElectricityTrading"] = market_contract.at(market)
    made["EquilibriumOracle"] = market_contract.oracle_at(oracle)
    for kind, reader in enumerate(READERS):
        made[f"{reader}Reader"] = deployer.deploy(FeedReader, oracle, kind)
    return made


def deploy():
    """Deploys, writes `deployment.toml`; (contracts by name, what the file says)."""
    deployer = settings.deployer()
    deep, seconds = settings.depth(), settings.block_seconds()
    clock = clock_from(web3.eth.get_block("latest")["timestamp"])
    settings.check_leads(clock, seconds, deep)
    whose, terms = parties(deployer), elecoin_terms()
    first = web3.eth.block_number + 1
    made = create(deployer, whose, clock, terms)
    deployment = {
        "chain_id": chain.id,
        "genesis": deployment_file.genesis(),
        "block": made["Elecoin"].tx.block_number if made["Elecoin"].tx else first,
        "depth": deep,
        "unit_power_price": config.UNIT_POWER_PRICE,
        "contracts": {name: contract.address for name, contract in made.items()},
        "schedule": clock,
        "terms": terms,
    }
    deployment_file.write(settings.deployment_path(), deployment)
    return made, deployment


def main():
    _, deployment = deploy()
    for name, at in deployment["contracts"].items():
        print(f"{name:<28}{at}")
    print(f"Period 0 starts at {deployment['schedule']['start']}; in {settings.deployment_path()}")
