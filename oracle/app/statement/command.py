"""What `wattmarket statement` does: a page, two sheets and a PDF for each member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from oracle import UserError
from oracle.app.files import make_folder, plain_name, write_private
from oracle.app.statement.catalogue import LANGUAGES
from oracle.app.statement.ledger import Ledger, MemberMonth, open_ledger
from oracle.app.statement.page import as_html
from oracle.app.statement.printing import find_browser, print_pdf
from oracle.app.statement.sheet import lines_csv, periods_csv
from oracle.app.statement.texts import Texts
from oracle.service.store.records import MemberRecord

TERMINAL_ROWS = 60
MANY = 4
MOST_PRINTED = 20
"""Unless PDFs are asked for: each takes a browser a second or more."""


def statement_command(
    *,
    month: str,
    member: str | None,
    language: str,
    out: Path | None,
    folder: Path,
    pdf: bool | None,
) -> int:
    """Writes the statements of a month and prints who owes what."""
    if language not in LANGUAGES:
        raise UserError(f"--language: {language!r}: one of {', '.join(LANGUAGES)}")
    texts = LANGUAGES[language]
    browser = None if pdf is False else find_browser()
    if pdf and browser is None:
        raise UserError("--pdf: no Chromium on PATH; install one, or name it in WATTMARKET_BROWSER")
    console = Console()
    with open_ledger(folder) as ledger:
        ledger.check_month(month)
        members = ledger.members if member is None else (ledger.find(member),)
        if pdf is None and len(members) > MOST_PRINTED:
            browser = None
        out = out or folder / "statements"
        make_folder(out, "--out")
        stems = file_stems(month, ledger.members)
        made = []
        for one in track(
            members,
            "writing",
            console=Console(stderr=True),
            transient=True,
            disable=len(members) < MANY,
        ):
            statement = ledger.member_month(one, month)
            write_statement(statement, ledger, texts, out / stems[one.address], browser)
            made.append(statement)
        console.print(_table(made, ledger, texts))
        console.print(Text(f"{len(made)} statements in {out}, from the run in {folder}"))
        if browser is None and pdf is None:
            many = len(members) > MOST_PRINTED
            why = f"more than {MOST_PRINTED}" if many else "no Chromium found"
            console.print(Text(f"no PDF ({why}): --pdf makes it, or print a page (Ctrl+P)"))
    return 0


def file_stems(month: str, members: Sequence[MemberRecord]) -> dict[str, str]:
    """A file name for each address: the month and the name in plain letters, all different."""
    plain = {m.address: plain_name(m.name or m.address) for m in members}
    wanted = list(plain.values())
    return {
        address: f"{month}-{name}" + (f"-{address[2:8]}" if wanted.count(name) > 1 else "")
        for address, name in plain.items()
    }


def write_statement(
    statement: MemberMonth, ledger: Ledger, texts: Texts, stem: Path, browser: Path | None
) -> None:
    """The files of one statement, each whole or not at all, for their owner alone."""
    page = stem.with_name(stem.name + ".html")
    for path, text in (
        (page, as_html(statement, ledger, texts)),
        (stem.with_name(stem.name + ".csv"), lines_csv(statement, ledger, texts)),
        (stem.with_name(stem.name + "-periods.csv"), periods_csv(statement, ledger, texts)),
    ):
        write_private(path, _writer(text))
    if browser is not None:
        program = browser
        write_private(
            stem.with_name(stem.name + ".pdf"), lambda part: print_pdf(program, page, part)
        )


def _writer(text: str) -> Callable[[Path], None]:
    def write(part: Path) -> None:
        part.write_bytes(text.encode())

    return write


def _table(statements: Sequence[MemberMonth], ledger: Ledger, texts: Texts) -> Table:
    month = texts.month_name(statements[0].month)
    table = Table(
        title=f"{ledger.community}, {month}, {ledger.currency}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column(texts.member)
    for words in (texts.total, texts.already_paid, texts.due):
        table.add_column(words, justify="right")
    for statement in statements[:TERMINAL_ROWS]:
        own = statement.monthly
        cents = (own.total_cents, own.paid_cents, own.due_cents)
        table.add_row(Text(statement.name), *map(texts.money, cents))
    if len(statements) > TERMINAL_ROWS:
        table.add_row(Text(f"… {len(statements) - TERMINAL_ROWS}"))
    return table
