"""A broker in pure Python for machines where Mosquitto cannot be had. Slower, and forgets everything when it stops."""

import asyncio
import signal
import sys

from amqtt.broker import Broker


async def serve(address: str) -> None:
    broker = Broker({"listeners": {"default": {"type": "tcp", "bind": address}}, "plugins": {
        "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True},
    }})  # fmt: skip
    await broker.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
