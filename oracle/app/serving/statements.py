"""The service's statements: what `wattmarket statement` writes, from the store that it serves."""

from __future__ import annotations

from pathlib import Path

from oracle.app.files import plain_name
from oracle.app.statement.catalogue import LANGUAGES
from oracle.app.statement.ledger import Ledger
from oracle.app.statement.page import as_html
from oracle.app.statement.sheet import lines_csv, periods_csv
from oracle.service.ports import Language, StatementFile, StatementFormat
from oracle.service.store.store import Store

HTML, CSV = "text/html; charset=utf-8", "text/csv; charset=utf-8"


class StoreStatements:
    """Statements of the deployment that a store shows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def months(self, account: str) -> tuple[str, ...]:
        """Those of the market, if her terms of supply are known; else none."""
        ledger = self._ledger()
        return ledger.months if account in ledger.supplies else ()

    def statement(
        self, account: str, month: str, form: StatementFormat, language: Language
    ) -> StatementFile:
        """One file. Raises UserError for a stranger."""
        ledger, texts = self._ledger(), LANGUAGES[language]
        member = ledger.find(account)
        made = ledger.member_month(member, month)
        stem = f"{month}-{plain_name(member.name or member.address)}"
        if form == "html":
            return StatementFile(f"{stem}.html", HTML, as_html(made, ledger, texts).encode())
        if form == "csv":
            return StatementFile(f"{stem}.csv", CSV, lines_csv(made, ledger, texts).encode())
        text = periods_csv(made, ledger, texts)
        return StatementFile(f"{stem}-periods.csv", CSV, text.encode())

    def _ledger(self) -> Ledger:
        # A ledger remembers what it has read, and a market goes on.
        return Ledger(self._store, Path("store"))
