"""Ports: free ones, and a clear word about taken ones."""

from __future__ import annotations

import socket

from oracle import UserError

HOST = "127.0.0.1"
MOST = 65_535


class PortTaken(UserError):
    """Nobody else can listen there."""

    def __init__(self, port: int, flag: str, why: str = "is taken") -> None:
        super().__init__(f"{flag}: port {port} {why}; name another, or none for a free one")


def free_port(wanted: int | None = None, flag: str = "--port") -> int:
    """`wanted` if it is free, else PortTaken; without one, a port that is free now.

    Raises UserError for a number that is no port.
    """
    if wanted is not None and not 1 <= wanted <= MOST:
        raise UserError(f"{flag}: {wanted}: must be from 1 to {MOST}")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted or 0))
        except PermissionError as error:
            raise PortTaken(wanted or 0, flag, "needs more rights") from error
        except OSError as error:
            raise PortTaken(wanted or 0, flag) from error
        port: int = probe.getsockname()[1]
        return port
