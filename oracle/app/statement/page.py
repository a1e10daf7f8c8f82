"""A statement as one HTML page, to read and to print: no script, nothing loaded, all escaped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape
from importlib.resources import files

from oracle.app.statement.ledger import Ledger, MemberMonth
from oracle.app.statement.texts import Texts
from oracle.community.monthly import CENTS, BilledPeriod, Line, Section
from oracle.units import WAD

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
BILLED: tuple[Section, ...] = ("community", "grid", "corrections", "vat", "rounding")


def as_html(statement: MemberMonth, ledger: Ledger, texts: Texts) -> str:
    """The page, complete in itself, in the language of `texts`."""
    style = files("oracle.app.statement").joinpath("page.css").read_text(encoding="utf-8")
    heading = texts.statement_for.format(month=texts.month_name(statement.month))
    title = f"{heading}: {statement.name}"
    notes = [texts.community_note.format(currency=ledger.currency), texts.rounding_note]
    if any(line.mean for line in statement.monthly.lines):
        notes.append(texts.mean_note)
    if statement.monthly.section("corrections"):
        notes.append(texts.correction_note)
    body = (
        f"<header>\n<h1>{escape(heading)}</h1>\n<p>{escape(ledger.community)}</p>\n"
        f'<p class="print">{escape(texts.how_to_print)}</p>\n</header>\n'
        "<main>\n"
        + _who(statement, ledger, texts)
        + _costs(statement, ledger, texts)
        + _energy(statement, texts)
        + _elecoins(statement, ledger, texts)
        + _days(statement, ledger, texts)
        + _marked(statement, ledger, texts)
        + "</main>\n<footer>\n"
        + "".join(f"<p>{escape(note)}</p>\n" for note in notes)
        + "</footer>\n"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{texts.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


# --- parts ------------------------------------------------------------------------------------


def _who(statement: MemberMonth, ledger: Ledger, t: Texts) -> str:
    facts = (
        (t.member, statement.name),
        (t.month, t.month_name(statement.month)),
        (t.meter, statement.meter),
        (t.address, statement.member.address),
        (t.timezone, ledger.zone.key),
    )
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>\n" for k, v in facts)
    return f'<dl class="who">\n{items}</dl>\n'


def _costs(statement: MemberMonth, ledger: Ledger, t: Texts) -> str:
    own, currency = statement.monthly, ledger.currency
    rows = []
    for section in BILLED:
        lines = own.section(section)
        if not lines or (section == "rounding" and not lines[0].amount):
            continue
        if section != "rounding":
            rows.append(
                f'<tr><th class="group" colspan="4" scope="colgroup">'
                f"{escape(t.sections[section])}</th></tr>\n"
            )
        rows += [_line(line, ledger, t) for line in lines]
        if section != "rounding":
            rows.append(_sum("sum", t.subtotal, own.section_cents(section), t))
    rows.append(_sum("total", f"{t.total}, {currency}", own.total_cents, t))
    paid, due = own.paid_cents, own.due_cents
    rows.append(_sum("", t.already_paid if paid >= 0 else t.already_earned, paid, t))
    rows.append(_sum("", t.due if due >= 0 else t.credit, due, t))
    head = (t.line, t.quantity, f"{t.price}, {currency}", f"{t.amount}, {currency}")
    return _section("costs", t.lines_caption, _table("costs", head, rows))


def _line(line: Line, ledger: Ledger, t: Texts) -> str:
    words = escape(t.kinds[line.kind])
    if line.change is not None:
        correction = line.change.correction
        time = ledger.local(correction.start).strftime(f"{t.date} %H:%M")
        said = t.correction_of.format(time=time, reason=t.reason_of(correction.reason))
        words += f"<small>{escape(said)}</small>"
    quantity = price = ""
    if line.unit == "base" and line.quantity is not None and line.price is not None:
        base = t.money(round(line.quantity * CENTS))
        rate = t.number(line.price * 100, 2, 0)
        said = t.vat_base.format(rate=rate, base=base, currency=ledger.currency)
        words += f"<small>{escape(said)}</small>"
    elif line.quantity is not None:
        least = 0 if line.unit == "day" else 3
        quantity = f"{t.number(line.quantity, 3, least)} {t.units[line.unit]}"
        if line.price is not None:
            price = (f"{t.mean} " if line.mean else "") + t.number(line.price, 6, 4)
    return _row(words, (quantity, price, t.money(line.cents)))


def _energy(statement: MemberMonth, t: Texts) -> str:
    own = statement.monthly.energy
    rows = [
        _row(escape(words), (t.unknown if wh is None else f"{t.kwh(wh)} kWh",))
        for words, wh in (
            (t.consumed, own.consumed_wh),
            (t.generated, own.generated_wh),
            (t.own_use, own.own_use_wh),
            (t.bought, own.bought_wh),
            (t.sold, own.sold_wh),
            (t.imported, own.imported_wh),
            (t.exported, own.exported_wh),
        )
    ]
    for words, register in (
        (t.register_consumption, statement.consumption_register),
        (t.register_generation, statement.generation_register),
    ):
        if register is not None and any(register):
            first, last = (t.kwh(wh) for wh in register)
            text = f"{first} kWh ({t.register_from}), {last} kWh ({t.register_to})"
            rows.append(_row(escape(words), (text,)))
    return _section("energy", t.energy_caption, _table("energy", (), rows))


def _elecoins(statement: MemberMonth, ledger: Ledger, t: Texts) -> str:
    own = statement.monthly.elecoins

    def amount(wei: int) -> str:
        return t.number(Fraction(wei, WAD), 2)

    rows = [
        _row(escape(words), (f"{t.number(Fraction(wei, WAD), 6, 2)} ELE",))
        for words, wei in (
            (
                t.elecoins_bought.format(amount=amount(own.paid_wei), currency=ledger.currency),
                own.bought_wei,
            ),
            (t.elecoins_spent, own.spent_wei),
            (t.elecoins_received, own.received_wei),
            (
                t.elecoins_redeemed.format(
                    amount=amount(own.redemption_wei), currency=ledger.currency
                ),
                own.redeemed_wei,
            ),
        )
    ]
    return _section("elecoins", t.elecoins_caption, _table("elecoins", (), rows))


def _days(statement: MemberMonth, ledger: Ledger, t: Texts) -> str:
    by_day: dict[str, list[BilledPeriod]] = defaultdict(list)
    for period in statement.monthly.periods:
        by_day[ledger.local(period.entry.start).strftime(t.date)].append(period)
    rows = []
    for day, periods in by_day.items():
        entries = [period.entry for period in periods]
        sums = (
            sum(e.bought_wh for e in entries),
            sum(e.sold_wh for e in entries),
            sum(e.imported_wh for e in entries),
            sum(e.exported_wh for e in entries),
        )
        marks = [
            f"{mark} {count}"
            for mark, count in (
                (t.estimated_mark, sum(p.estimated for p in periods)),
                (t.corrected_mark, sum(p.corrected for p in periods)),
            )
            if count
        ]
        rows.append(_row(escape(day), (*map(t.kwh, sums), ", ".join(marks))))
    if not rows:
        return ""
    head = (t.day, *(f"{words}, kWh" for words in (t.bought, t.sold, t.imported, t.exported)))
    return _section("days", t.days_caption, _table("days", (*head, t.marks), rows))


def _marked(statement: MemberMonth, ledger: Ledger, t: Texts) -> str:
    marked = [p for p in statement.monthly.periods if p.estimated or p.corrected]
    if not marked:
        content = f"<p>{escape(t.nothing_marked)}</p>\n"
    else:
        rows = [
            _row(
                escape(ledger.local(p.entry.start).strftime(f"{t.date} %H:%M %Z")),
                (
                    f"{t.estimated_mark}: {t.estimated}" if p.estimated else "",
                    f"{t.corrected_mark}: {t.corrected}" if p.corrected else "",
                ),
            )
            for p in marked
        ]
        content = _table("marked", (t.period, t.estimated, t.corrected), rows)
    return _section("marked", t.marked_caption, content)


# --- HTML -------------------------------------------------------------------------------------


def _section(name: str, title: str, content: str) -> str:
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(title)}</h2>\n{content}'
        "</section>\n"
    )


def _table(heading: str, head: Sequence[str], rows: Iterable[str]) -> str:
    """`heading`: the id of the heading that names the table."""
    cells = [
        f'<th scope="col"{"" if i == 0 else " class=n"}>{escape(words)}</th>'
        for i, words in enumerate(head)
    ]
    top = f"<thead><tr>{''.join(cells)}</tr></thead>\n" if head else ""
    body = "".join(rows)
    return f'<table aria-labelledby="{heading}">\n{top}<tbody>\n{body}</tbody>\n</table>\n'


def _row(first: str, cells: Sequence[str], kind: str = "", span: int = 1) -> str:
    """`first` is HTML already; the others are text."""
    named = f' class="{kind}"' if kind else ""
    wide = f' colspan="{span}"' if span > 1 else ""
    rest = "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
    return f'<tr{named}><th scope="row"{wide}>{first}</th>{rest}</tr>\n'


def _sum(kind: str, words: str, cents: int, t: Texts) -> str:
    return _row(escape(words), (t.money(cents),), kind, span=3)
