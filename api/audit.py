"""What is changed by the API is written down with who changed it, in the transaction of the deed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Request

from api.asker import TheAsker, caller_of
from api.house import Service
from records.accounts.audit import record


class Audit:
    """Of one request. Programs that speak for the house have no account; they are told by their address."""

    def __init__(self, request: Request, asker: TheAsker, service: Service):
        self._asker, self._service = asker, service
        self._address = caller_of(request).address

    @contextmanager
    def deed(self, action: str, subject: str, id: str = "", **detail: Any) -> Iterator[None]:
        """Around the deed: both happen, or neither."""
        with self._service.transaction():
            yield
            self.write(action, subject, id, **detail)

    def write(self, action: str, subject: str, id: str = "", **detail: Any) -> None:
        """For what changes nothing here: files taken along."""
        if self._asker.viewer is None:
            detail = {"program": True, **detail}
        record(self._service, self._asker.viewer, action, subject, id, self._address, protocol="api", **detail)


TheAudit = Annotated[Audit, Depends()]
