"""Each module gets one deployed and registered market; each test starts from there again."""

import pytest
from market_day import MarketDay

from scripts import settings


@pytest.fixture(autouse=True)
def isolation(fn_isolation):
    """Every test begins on the same chain."""


@pytest.fixture(scope="module")
def deployment_file(tmp_path_factory):
    """Where the scripts read and write `deployment.toml`."""
    path = tmp_path_factory.mktemp("deployment") / "deployment.toml"
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("ACCOUNT", "DEPTH", "BLOCK_SECONDS", "ADMINISTRATOR"):
            patch.delenv(f"WATTMARKET_{variable}", raising=False)
        patch.setenv("WATTMARKET_DEPLOYMENT", str(path))
        yield path


@pytest.fixture(scope="module")
def day(module_isolation, deployment_file):
    # The contracts have names only once brownie has loaded the project.
    from scripts import deploy, seed_market

    contracts, deployment = deploy.deploy()
    administrator = settings.deployer()
    seed_market.fund(administrator)
    seed_market.register(contracts["ElectricityTrading"], administrator)
    return MarketDay(contracts, deployment, administrator)
