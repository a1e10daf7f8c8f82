"""A statement as CSV: its lines, and every period that they are the sum of.

Cells of text that a spreadsheet would take for a formula get an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

from oracle.app.statement.ledger import Ledger, MemberMonth
from oracle.app.statement.texts import Texts
from oracle.community.monthly import CENTS, BilledPeriod, Kind, Line
from oracle.units import WAD

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
BYTE_ORDER_MARK = "\ufeff"
"""So that a spreadsheet reads the file as UTF-8."""


def safe_text(text: str) -> str:
    """Text for a cell: one that looks like a formula is made to look like text."""
    return "'" + text if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def as_csv(rows: Iterable[Sequence[str]], separator: str) -> str:
    """RFC 4180, with a byte order mark. Every row is cells of safe text or numbers."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return BYTE_ORDER_MARK + out.getvalue()


def lines_csv(statement: MemberMonth, ledger: Ledger, texts: Texts) -> str:
    """The lines of a statement, rounded, and its sums."""
    own, t = statement.monthly, texts
    header = [
        t.month, t.member, t.address, t.meter, t.code, t.section, t.line, t.period, t.reason,
        t.quantity, t.unit, t.price, t.mean, t.amount, t.currency, t.elecoins,
    ]  # fmt: skip
    who = [statement.month, safe_text(statement.name), statement.member.address, statement.meter]
    rows = [header, *([*who, *_line(line, ledger, t)] for line in own.lines)]
    for code, words, cents in (
        ("total", t.total, own.total_cents),
        ("paid", t.already_paid, own.paid_cents),
        ("due", t.due, own.due_cents),
    ):
        amount = t.plain(Fraction(cents, CENTS), 2)
        rows.append([*who, code, "", words, *([""] * 6), amount, ledger.currency, ""])
    return as_csv(rows, t.separator)


def _line(line: Line, ledger: Ledger, t: Texts) -> list[str]:
    time, reason = "", ""
    if line.change is not None:
        time = ledger.local(line.change.correction.start).isoformat()
        reason = t.reason_of(line.change.correction.reason)
    return [
        line.kind,
        t.sections[line.section],
        t.kinds[line.kind],
        time,
        reason,
        "" if line.quantity is None else t.plain(line.quantity, 6),
        ledger.currency if line.unit == "base" else t.units[line.unit],
        "" if line.price is None else t.plain(line.price, 6),
        t.yes if line.mean else t.no,
        t.plain(Fraction(line.cents, CENTS), 2),
        ledger.currency,
        "" if line.wei is None else t.plain(Fraction(line.wei, WAD), 18),
    ]


def periods_csv(statement: MemberMonth, ledger: Ledger, texts: Texts) -> str:
    """Every period: energy in kWh, elecoins, the supplier's prices, marks."""
    t, currency = texts, ledger.currency
    energies = (t.generated, t.consumed, t.bought, t.sold, t.imported, t.exported)
    community: tuple[Kind, ...] = ("energy_bought", "community_network", "community_levy")
    supplier: tuple[Kind, ...] = ("grid_energy", "grid_network", "grid_levy")
    header = [
        t.starts, t.ends, *(f"{name} kWh" for name in energies),
        *(f"{t.sections['community']}: {t.kinds[kind]} ELE" for kind in community),
        f"{t.elecoin_price} {currency}/ELE",
        *(f"{t.kinds[kind]} {currency}/kWh" for kind in supplier),
        f"{t.kinds['vat']} %", f"{t.kinds['standing_charge']} {currency}",
        t.estimated, t.corrected,
    ]  # fmt: skip
    rows = [header]
    known = statement.monthly.energy.generated_wh is not None
    rows += [_period(period, ledger, t, known) for period in statement.monthly.periods]
    return as_csv(rows, t.separator)


def _period(period: BilledPeriod, ledger: Ledger, t: Texts, known: bool) -> list[str]:
    e, price = period.entry, period.price
    metered: list[int | None] = [e.generated_wh, e.consumed_wh] if known else [None, None]
    energies = [*metered, e.bought_wh, e.sold_wh, e.imported_wh, e.exported_wh]
    return [
        ledger.local(e.start).isoformat(),
        ledger.local(e.start + ledger.step).isoformat(),
        *("" if wh is None else t.plain(Fraction(wh, 1000), 3) for wh in energies),
        *(t.plain(Fraction(wei, WAD), 18) for wei in (e.energy_wei, e.network_wei, e.levy_wei)),
        t.plain(Fraction(e.elecoin_price_wei, WAD), 6),
        *(t.plain(part, 9) for part in (price.energy, price.network, price.levy)),
        t.plain(price.vat * 100, 2),
        t.plain(price.standing * period.day_share, 9),
        t.yes if period.estimated else t.no,
        t.yes if period.corrected else t.no,
    ]
