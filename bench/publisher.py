"""A quick publisher for benchmarks, a process of its own: `python -m bench.publisher PORT MESSAGES QOS [RATE]`.

Each message is 120 bytes of JSON with its own time in whole milliseconds, no two alike for one device.
"""

import socket
import sys
import threading
import time

DEVICES = 500
CHUNK = 500


def main() -> None:
    port, messages, qos = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rate = float(sys.argv[4]) if len(sys.argv) > 4 else 0.0
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    name = b"publisher-%d" % time.time_ns()
    link.sendall(
        b"\x10" + bytes([12 + len(name)]) + b"\x00\x04MQTT\x04\x02\x00\x00" + len(name).to_bytes(2, "big") + name
    )
    link.recv(4)
    acknowledged = _Acknowledged(link, messages if qos else 0)
    first_ms = time.time_ns() // 1_000_000 - messages // DEVICES - 60_000 if not rate else 0
    began = time.monotonic()
    step = max(1, min(CHUNK, int(rate / 100))) if rate else CHUNK
    for start in range(0, messages, step):
        if rate:
            time.sleep(max(0.0, began + start / rate - time.monotonic()))
        now_ms = time.time_ns() // 1_000_000
        packets = [
            _packet(n, now_ms if rate else first_ms + n // DEVICES, qos)
            for n in range(start, min(start + step, messages))
        ]
        acknowledged.wait_until_behind_by_less_than(20_000, start)
        link.sendall(b"".join(packets))
    acknowledged.wait_until_behind_by_less_than(1, messages)
    link.sendall(b"\xe0\x00")
    link.close()


def _packet(n: int, at_ms: int, qos: int) -> bytes:
    topic = b"sunshine/v1/U000001/D%d/telemetry" % (n % DEVICES)
    payload = b'{"ts": %d, "temperature": %.3f, "firmware": null, "x": null, "yyyyyyyyyyyyyyyyyyyyyyyyy": null}' % (
        at_ms, 4 + n % 1000 / 1000,
    )  # fmt: skip
    packet_id = (n % 65_000 + 1).to_bytes(2, "big") if qos else b""
    body = len(topic).to_bytes(2, "big") + topic + packet_id + payload
    length = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
    return bytes([0x30 | qos << 1]) + length + body


class _Acknowledged:
    """Counts the broker's answers, four bytes each."""

    def __init__(self, link: socket.socket, messages: int):
        self._link, self._messages, self._bytes = link, messages, 0
        if messages:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while self._bytes < 4 * self._messages and (raw := self._link.recv(1 << 16)):
            self._bytes += len(raw)

    def wait_until_behind_by_less_than(self, most: int, sent: int) -> None:
        while self._messages and sent - self._bytes // 4 >= most:
            time.sleep(0.001)


if __name__ == "__main__":
    main()
