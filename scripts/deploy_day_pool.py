"""Deploys the pool for thousands beside a market: `brownie run deploy_day_pool --network NAME`.

It works with the elecoin and the oracle of the deployment in `deployment.toml`, and is named there.
"""

from brownie import DayPool

from scripts import deployment_file, settings


def deploy():
    """The contract, and what the file says now."""
    path = settings.deployment_path()
    deployment = deployment_file.of_this_chain(path)
    if deployment is None:
        settings.refuse(f"{path}: no market on this chain: `brownie run deploy` first")
    contracts = deployment["contracts"]
    if "DayPool" in contracts:
        settings.refuse(f"{path}: contracts.DayPool: {contracts['DayPool']}: there is one already")
    made = settings.deployer().deploy(DayPool, contracts["Elecoin"], contracts["EquilibriumOracle"])
    contracts["DayPool"] = made.address
    deployment_file.write(path, deployment)
    return made, deployment


def main():
    made, _ = deploy()
    print(f"{'DayPool':<28}{made.address}")
