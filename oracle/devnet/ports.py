"""Ports: free ones, and a clear word about taken ones."""

from __future__ import annotations

import socket

from oracle import UserError

HOST = "127.0.0.1"


class PortTaken(UserError):
    """Somebody listens there already."""

    def __init__(self, port: int, flag: str) -> None:
        super().__init__(f"port {port} is taken; choose another with {flag}")


def free_port(wanted: int | None = None, flag: str = "--port") -> int:
    """`wanted` if it is free, else PortTaken; without one, a port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted or 0))
        except OSError as error:
            raise PortTaken(wanted or 0, flag) from error
        port: int = probe.getsockname()[1]
        return port
