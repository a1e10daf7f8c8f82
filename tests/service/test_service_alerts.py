"""Every alert rule of the service fires when its condition is made, never when all is well."""

from __future__ import annotations

import logging

import pytest

from oracle.service.live import Head
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store
from tests.prometheus import History, rules


def history(*scrapes: str | None, each: float) -> History:
    found = History("wattmarket-service")
    for i, text in enumerate(scrapes):
        found.scrape(each * i, text)
    return found


def firing(found: History) -> set[str]:
    return {name for name, rule in rules().items() if found.firing(rule)}


def test_each_alert_fires_alone(
    market: Store,
    settings: ServiceSettings,
    world,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Those of edge servers are in tests/daemon; together these are all."""
    well = world.asked(market, settings, head=world.HEAD)
    assert well.get("/livez").text == well.get("/readyz").text == "ok\n"
    text = well.get("/metrics").text
    healthy = history(*[text] * 10, each=300)
    assert firing(healthy) == set()
    ours = {name for name, rule in rules().items() if "wattmarket-service" in rule.query}
    ours |= {name for name, rule in rules().items() if rule.metrics <= healthy.names()}
    assert ours == {"ServiceDown", "ServiceSeesNoChain", "PriceExpired", "ServiceFails",
                    "EdgeServerDown"}  # fmt: skip

    assert firing(history(text, *[None] * 5, each=20)) == {"ServiceDown"}

    chainless = world.asked(market, settings, head=None)
    assert chainless.get("/livez").status_code == 200
    unready = chainless.get("/readyz?verbose")
    assert (unready.status_code, unready.text) == (503, "chain: cannot be read\n")
    blind = chainless.get("/metrics").text
    assert firing(history(text, *[blind] * 5, each=60)) == {"ServiceSeesNoChain"}

    late = Head(world.HEAD.block + 9, world.HEAD.timestamp + 900 * 40)
    later = world.asked(market, settings, head=late).get("/metrics").text
    assert firing(history(text, *[later] * 8, each=300)) == {"PriceExpired"}

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of the test's")

    monkeypatch.setattr(market, "periods", broken)
    caplog.set_level(logging.CRITICAL)
    scrapes = [text]
    for _ in range(12):
        for _ in range(10):
            assert well.get("/api/rounds").status_code == 500
        scrapes.append(well.get("/metrics").text)
    assert firing(history(*scrapes, each=60)) == {"ServiceFails"}
