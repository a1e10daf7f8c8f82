"""What a column's name says: whose it is, what it counts, in which unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from oracle.community.intake.sheet import Channel, Unit

UNITS: dict[str, Unit] = {
    "w": "W", "kw": "kW", "mw": "MW", "wh": "Wh", "kwh": "kWh", "mwh": "MWh"
}  # fmt: skip
_WORDS: dict[Channel, str] = {
    "load": "load consumption consumed demand use used usage verbrauch last bedarf",
    "generation": "generation generated production produced pv solar erzeugung yield",
    "import": "import imported bezug grid_import from_grid delivered netzbezug",
    "export": "export exported einspeisung feed_in feedin grid_export to_grid received",
    "net": "net netto saldo residual",
}
CHANNELS: dict[str, Channel] = {
    word: channel for channel, words in _WORDS.items() for word in words.split()
}
METERS = frozenset(
    [
        "meter",
        "meter_id",
        "meterid",
        "meternumber",
        "id",
        "member",
        "name",
        "household",
        "customer",
        "customer_id",
        "lclid",
        "mpan",
        "ean",
        "eic",
        "device",
        "device_id",
        "site",
        "site_id",
        "sensor",
        "zaehler",
        "zähler",
        "zählernummer",
        "zaehlpunkt",
        "zählpunkt",
        "messlokation",
        "malo",
        "melo",
        "pod",
        "cups",
        "prm",
    ]
)
KINDS = frozenset(["channel", "direction", "kind", "type", "register", "obis", "flow"])
VALUES = frozenset(
    [
        "value",
        "values",
        "wert",
        "energy",
        "power",
        "reading",
        "consumption",
        "amount",
        "quantity",
        "messwert",
        "menge",
    ]
)
ENDS = re.compile(r"\b(?:end|ende|ending|bis|until|to)\b|_end\b|\bend_", re.IGNORECASE)
STARTS = re.compile(r"\b(?:start|begin|beginn|von|from|ab)\b|_start\b|\bstart_", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[\[(]\s*([kM]?Wh?)\b[^\])]*[\])]\s*", re.IGNORECASE)
_TRAILING = re.compile(r"[\s_./:-]+([kM]Wh?|Wh)\s*(?:/\s*(?:h|hh|half\s?hour))?\s*$", re.IGNORECASE)
_OBIS = re.compile(r"(?:\d+-\d+[:.])?([12])\.(?:7|8|9|29)(?:\.\d+)?(?:\*\d+)?")


@dataclass(frozen=True)
class Heading:
    """`meter` is "" where the name says only what is counted."""

    meter: str
    channel: Channel | None
    unit: Unit | None


def read_heading(text: str) -> Heading:
    """The parts of a column's name, such as `anna:load`, `House 3 import [kWh]` or `1-1:2.29.0`."""
    unit: Unit | None = None
    rest = text.strip()
    for pattern in (_BRACKETED, _TRAILING):
        found = pattern.search(rest)
        if found:
            unit = UNITS[found.group(1).lower()]
            rest = (rest[: found.start()] + " " + rest[found.end() :]).strip()
            break
    if rest.lower() in UNITS and unit is None:
        return Heading("", None, UNITS[rest.lower()])
    obis = _OBIS.search(rest)
    if obis:
        meter = (rest[: obis.start()] + rest[obis.end() :]).strip(" :_-/|.")
        return Heading(meter, "import" if obis.group(1) == "1" else "export", unit)
    channel = channel_named(rest)
    if channel is not None or rest.lower() in VALUES:
        return Heading("", channel, unit)
    # Of the separators before the channel the last one counts: House-3_grid_import.
    for found in re.finditer(r"[\s_:/|.-]+", rest):
        channel = channel_named(rest[found.end() :])
        if channel is not None and found.start() > 0:
            return Heading(rest[: found.start()], channel, unit)
    return Heading(rest, None, unit)


def channel_named(text: str) -> Channel | None:
    """The channel that a word or an OBIS code stands for."""
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    if word in CHANNELS:
        return CHANNELS[word]
    obis = _OBIS.fullmatch(text.strip())
    return None if obis is None else ("import" if obis.group(1) == "1" else "export")


def unit_named(text: str) -> Unit | None:
    return UNITS.get(text.strip(" []()").lower())
