"""Around every request: who may be asked for, what every answer carries, and how many at once."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oracle.service.errors import ApiError
from oracle.service.http.metrics import Metrics

log = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOR_WALLETS = frozenset({"/rpc"})
WALLETS = ("chrome-extension://", "moz-extension://", "safari-web-extension://")
"""Origins of browsers' extensions, which no page can claim: wallets reach the chain by them."""
SAFE = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


class Guard:
    """ASGI middleware.

    A `Host` that is not ours gets 421, so no other site's name can be pointed at the service; a
    request from another origin that is not a mere read gets 403, but for a wallet that asks the
    chain. There are no CORS headers.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], metrics: Metrics, in_flight: int
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._metrics = metrics
        self._limit = in_flight
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message)
            await send(message)

        self._inside += 1
        try:
            self._admit(scope)
            await self._app(scope, receive, sending)
        except ApiError as error:
            await _refuse(error, sending)
        except Exception:
            log.exception("a request failed: %s %s", scope["method"], _route(scope))
            if status:
                raise
            await _refuse(ApiError(500, "a fault of the service; its log says more"), sending)
        finally:
            self._inside -= 1
            if status:
                self._metrics.answered(_route(scope), scope["method"], status)

    def _admit(self, scope: Scope) -> None:
        """Raise ApiError unless the request may go on."""
        if self._inside > self._limit:
            raise ApiError(503, "too many requests at once", headers={"Retry-After": "1"})
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        host = hosts[0].strip().lower() if len(hosts) == 1 else ""
        match = _HOST.fullmatch(host)
        if match is None or match[1] not in self._hosts:
            raise ApiError(421, "this host name is not served here")
        if scope["method"] not in SAFE:
            origin = headers.get("origin")
            if scope["path"] in FOR_WALLETS and (origin or "").startswith(WALLETS):
                return
            site = headers.get("sec-fetch-site", "same-origin")
            if (origin is not None and _authority(origin) != host) or site not in {
                "same-origin",
                "none",
            }:
                raise ApiError(403, "requests of other sites may only read")


def _complete(message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers[name] = value
    headers.setdefault("Cache-Control", "no-store")


def _authority(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unmatched"))


async def _refuse(error: ApiError, send: Send) -> None:
    body = json.dumps(error.document()).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **error.headers,
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
