"""The status page and the API's page, made on the server; everything in them is escaped text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, Response

from oracle.service.errors import ApiError
from oracle.service.http.answers import kept_route
from oracle.service.http.context import Context
from oracle.service.live import Head
from oracle.service.market.schemas import state_at
from oracle.service.store.records import Feed, PeriodRecord
from oracle.service.store.store import Store
from oracle.units import WAD

_FILES = files("oracle.service") / "site" / "static"
_KINDS = {
    "style.css": "text/css; charset=utf-8",
    "status.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
CHART_PERIODS = 96
TABLE_PERIODS = 12
TABLE_ACCOUNTS = 20


def router(context: Context, *, at_root: bool) -> APIRouter:
    """The pages, and the files they need: nothing comes from another host.

    `at_root`: the status page is also what `/` shows.
    """
    routes = APIRouter(include_in_schema=False)
    public = APIRouter(include_in_schema=False, route_class=kept_route(context.answers))
    frame = Template((_FILES / "status.html").read_text(encoding="utf-8"))
    static = {name: (_FILES / name).read_bytes() for name in _KINDS}
    tags = {name: f'"{hashlib.sha256(data).hexdigest()[:16]}"' for name, data in static.items()}

    @public.get("/status")
    def status() -> HTMLResponse:
        head = context.head()
        page = frame.substitute(
            title=escape(context.settings.title),
            link=escape(_chain_line(head)),
            main=_status(context, head),
        )
        return HTMLResponse(page)

    if at_root:
        public.get("/")(status)

    @routes.get("/docs")
    def docs(request: Request) -> HTMLResponse:
        app: FastAPI = request.app
        return HTMLResponse(_docs(context.settings.title, app.openapi()))

    @routes.get("/static/{name}")
    def asset(name: str, request: Request) -> Response:
        if name not in static:
            raise ApiError(404, "not found")
        headers = {"Cache-Control": "no-cache", "ETag": tags[name], "Content-Type": _KINDS[name]}
        if request.headers.get("if-none-match") == tags[name]:
            return Response(status_code=304, headers=headers)
        return Response(static[name], headers=headers)

    routes.include_router(public)
    return routes


# --- the status page --------------------------------------------------------------------------


def _status(context: Context, head: Head | None) -> str:
    store = context.store
    if store.instance() is None:
        return "<p>No market has been deployed yet.</p>"
    stats = store.stats()
    periods = store.periods(limit=CHART_PERIODS, newest_first=True).items
    cards = [
        _price_card("Electricity price", "ELE/kWh", store, "electricity", head),
        _price_card("Elecoin price", "currency/ELE", store, "elecoin", head),
        _card(
            "Energy traded", f"{stats.energy_traded_wh / 1000:,.3f} kWh", f"{stats.trades} trades"
        ),
        _card("Periods", str(stats.periods), f"{stats.priced} priced"),
        _card("Members", str(stats.members), ""),
    ]
    return "\n".join(
        (
            f'<dl class="cards">{"".join(cards)}</dl>',
            _chart(periods),
            _period_table(periods[:TABLE_PERIODS]),
            _reputation_table(context),
        )
    )


def _chain_line(head: Head | None) -> str:
    if head is None:
        return "The chain cannot be read; what is shown may be old."
    return f"Block {head.block}, chain time {head.timestamp}"


def _card(title: str, value: str, note: str, *, stale: bool = False) -> str:
    kind = "note stale" if stale else "note"
    extra = f'<dd class="{kind}">{escape(note)}</dd>' if note else ""
    return f"<div><dt>{escape(title)}</dt><dd>{escape(value)}</dd>{extra}</div>"


def _price_card(title: str, unit: str, store: Store, feed: Feed, head: Head | None) -> str:
    posting = store.newest_readable(feed, None if head is None else head.timestamp)
    if posting is None:
        return _card(title, "none yet", unit)
    # What may still be refuted is no price yet, here as on chain.
    state = state_at(posting, None, head)
    note = {
        "upcoming": f"for epoch {posting.epoch}, about to start",
        "current": f"epoch {posting.epoch}",
        "unknown": f"epoch {posting.epoch}, age unknown",
        "stale": "",
        "challengeable": "",
    }[state]
    if state == "stale" and head is not None:
        note = (
            f"stale: epoch {posting.epoch}, posted {_span(head.timestamp - posting.posted_at)} ago"
        )
    value = f"{posting.price_wei / WAD:.6f}"
    return _card(f"{title}, {unit}", value, note, stale=state in {"stale", "unknown"})


def _span(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _chart(periods: Sequence[PeriodRecord]) -> str:
    """A step line of the prices, with gaps where unpriced; the table says it in words."""
    priced = [(p.period, p.price_wei / WAD) for p in periods if p.price_wei is not None]
    if len(priced) < 2:
        return ""
    priced.reverse()
    least = min(price for _, price in priced)
    most = max(price for _, price in priced)
    first, last = priced[0][0], priced[-1][0]
    height = (most - least) or 1.0
    parts: list[str] = []
    before: int | None = None
    for number, price in priced:
        x, y = number - first, 38 - 36 * (price - least) / height
        parts.append(f"{'L' if before == number - 1 else 'M'}{x} {y:.2f}H{x + 1}")
        before = number
    text = f"Price from period {first} to {last}: {least:.6f} to {most:.6f} ELE/kWh"
    return (
        f'<h2>Prices</h2><svg class="chart" role="img" viewBox="0 0 {last - first + 1} 40" '
        f'preserveAspectRatio="none" aria-label="{escape(text)}"><path d="{"".join(parts)}"/></svg>'
        f"<p>{escape(text)}</p>"
    )


def _period_table(periods: Sequence[PeriodRecord]) -> str:
    rows = [
        (
            str(p.period),
            p.state,
            "unpriced" if p.price_wei is None else f"{p.price_wei / WAD:.6f}",
            "" if p.matching_probability is None else f"{p.matching_probability / WAD:.3f}",
            f"{p.energy_traded_wh / 1000:.3f}",
            _short(p.leader),
        )
        for p in periods
    ]
    columns = ("Period", "State", "ELE/kWh", "Matching", "kWh traded", "Leader")
    return "<h2>Periods</h2>" + _table("The newest periods", columns, rows, numbers={2, 3, 4})


def _reputation_table(context: Context) -> str:
    found = context.store.reputations()
    if not found:
        return ""
    rows = [
        (_short(r.address), f"{r.value / WAD:.4f}", "leads" if r.leader else "")
        for r in found[:TABLE_ACCOUNTS]
    ]
    title = f"After round {found[0].round}"
    if len(found) > TABLE_ACCOUNTS:
        title += f", the first {TABLE_ACCOUNTS} of {len(found)}"
    return "<h2>Reputation</h2>" + _table(title, ("Account", "Reputation", ""), rows, numbers={1})


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: set[int]
) -> str:
    right = ' class="number"'

    def cells(tag: str, values: Sequence[str], extra: str = "") -> str:
        return "".join(
            f"<{tag}{extra}{right if i in numbers else ''}>{escape(value)}</{tag}>"
            for i, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    head = cells("th", columns, ' scope="col"')
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(title)}"><table>'
        f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _short(address: str | None) -> str:
    return "" if address is None else f"{address[:8]}…{address[-4:]}"


# --- the API's page ---------------------------------------------------------------------------


def _docs(title: str, document: Mapping[str, Any]) -> str:
    """The OpenAPI document as plain HTML: no script, nothing from elsewhere."""
    parts = [
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = document.get("components", {}).get("schemas", {})
    shapes = "".join(
        f"<details><summary>{escape(name)}</summary>{_json(schema)}</details>"
        for name, schema in schemas.items()
    )
    name = escape(title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{name}: API</title><link rel="icon" href="/static/icon.svg">'
        '<link rel="stylesheet" href="/static/style.css"></head><body>'
        f'<header><h1>{name}: API</h1><nav aria-label="Pages"><a href="/status">Status</a> '
        '<a href="/openapi.json">openapi.json</a></nav></header>'
        f"<main><h2>Requests</h2>{''.join(parts)}<h2>Shapes</h2>{shapes}</main></body></html>"
    )


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    rows = [
        (
            str(item["name"]),
            str(item["in"]),
            "required" if item.get("required") else "",
            str(item.get("description") or item.get("schema", {}).get("description") or ""),
        )
        for item in operation.get("parameters", [])
    ]
    title = f"Parameters of {method.upper()} {path}"
    table = _table(title, ("Name", "In", "", "Meaning"), rows, numbers=set()) if rows else ""
    body = operation.get("requestBody")
    answers = ", ".join(str(code) for code in operation.get("responses", {}))
    return (
        f"<details><summary><code>{escape(method.upper())} {escape(path)}</code></summary>"
        f"<p>{escape(operation.get('description', ''))}</p>{table}"
        + (f"<p>Body:</p>{_json(body)}" if body else "")
        + f"<p>Answers: {escape(answers)}</p></details>"
    )


def _json(value: Any) -> str:
    text = escape(json.dumps(value, indent=2, ensure_ascii=False))
    return f'<pre tabindex="0">{text}</pre>'
