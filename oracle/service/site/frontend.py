"""The page's built files: at `/`, at the addresses of its views, and under `/assets/`.

Where no page was built, `/` is the status page of pages.py.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from fastapi import APIRouter, Request
from starlette.responses import Response

from oracle.service.errors import ApiError

INDEX = "index.html"
HASHED = "assets/"
"""Files there have their content's hash in their names: they are never asked for again."""
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"})
SMALL = 1000
"""Bytes that are not worth compressing."""
NOT_VIEWS = frozenset({"api", "assets", "docs", "livez", "metrics", "readyz", "rpc", "static"})


@dataclass(frozen=True)
class Built:
    """One file, by its path within the page's folder."""

    path: str
    content: bytes

    @cached_property
    def tag(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes | None:
        """By gzip, made when it is first asked for; None where that saves nothing."""
        if PurePosixPath(self.path).suffix not in COMPRESSED or len(self.content) < SMALL:
            return None
        # Without a time in it, so that it is the same wherever it is made.
        return gzip.compress(self.content, mtime=0)

    def answer(self, request: Request) -> Response:
        """The file, compressed where the client takes that; 304 if it has it."""
        packed = self.compressed if _takes_gzip(request) else None
        tag = f'"{self.tag}{"" if packed is None else "-gz"}"'
        forever = "public, max-age=31536000, immutable"
        headers = {
            "Cache-Control": forever if self.path.startswith(HASHED) else "no-cache",
            "ETag": tag,
            "Content-Type": KINDS.get(PurePosixPath(self.path).suffix, "application/octet-stream"),
        }
        if self.compressed is not None:
            headers["Vary"] = "Accept-Encoding"
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if packed is None:
            return Response(self.content, headers=headers)
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"})


def built_page(folder: Traversable | None = None) -> dict[str, Built]:
    """The page's files by path, read once; empty where no page was built."""
    place = files("oracle.service") / "page" if folder is None else folder
    if not (place / INDEX).is_file():
        return {}
    return {path: Built(path, content) for path, content in _walk(place, "")}


def _walk(folder: Traversable, before: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _walk(entry, f"{before}{entry.name}/")
        elif not entry.name.startswith("."):
            yield before + entry.name, entry.read_bytes()


def router(page: dict[str, Built]) -> APIRouter:
    """The routes of a built page; to be included last: what nobody else answers is a view."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/{path:path}", methods=["GET", "HEAD"])
    def view(path: str, request: Request) -> Response:
        found = page.get(path)
        if found is None:
            first, last = path.split("/")[0], path.rsplit("/")[-1]
            if first in NOT_VIEWS or "." in last:
                raise ApiError(404, "not found")
            found = page[INDEX]
        return found.answer(request)

    return routes


def _takes_gzip(request: Request) -> bool:
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
