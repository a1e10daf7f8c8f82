"""Errors of the service: those that stop it, and those that answer a request."""

from __future__ import annotations

from collections.abc import Mapping

from oracle import UserError


class ServiceError(UserError):
    """The service cannot start: one line that names the setting, its value and what helps."""


class StoreError(UserError):
    """The store cannot be opened or written: one line."""


class ApiError(Exception):
    """An answer other than 2xx. `message` is one line; `field` names the input that is wrong."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = " ".join(message.split())
        self.field = field
        self.headers = dict(headers or {})

    def document(self) -> dict[str, str]:
        """What is sent: `error`, and with a field also `field` and the bare `message`."""
        if self.field is None:
            return {"error": self.message}
        return {
            "error": f"{self.field}: {self.message}",
            "field": self.field,
            "message": self.message,
        }
