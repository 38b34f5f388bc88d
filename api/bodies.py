"""How much a caller may send: counted as it arrives, before anything of it is understood or anybody is trusted."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB = 1024 * 1024
FILE = 64 * MIB  # a registry file
SMALL = 8 * MIB  # everything else


class LimitBodies:
    """Answers 413 as soon as a body is larger than allowed, without keeping it."""

    def __init__(self, app: ASGIApp, files: str):
        self._app = app
        self._files = files  # where files come in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, size = (FILE if scope["path"].startswith(self._files) else SMALL), 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413, f"the body is larger than {most // MIB} MB")
            return message

        await self._app(scope, counted, send)


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]
