"""A network in user space that delays and loses packets: what `tc netem` does, where the kernel does not have it.

Packets to the far address come back with both addresses exchanged, after a while or never, so a connection to it ends
at the near address of this machine, where a forwarder hands it on to loopback. The sums of an IP and a TCP header stay
right: they do not depend on the order. Takes root.
"""

import asyncio
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from support.faults.need_root import need_root

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_MTU = 65536


@dataclass(frozen=True)
class Weather:
    """`delay` in seconds each way, `loss` the share of packets that never arrive; `seed` plays the same again."""

    delay: float
    loss: float
    seed: str


@contextmanager
def lossy_network(weather: Weather, ports: Sequence[int]) -> Iterator[str]:
    """Give the address at which these ports of loopback are reached through the network."""
    need_root("a network of a test's own")
    net = f"10.231.{os.getpid() % 250}"
    stop = threading.Event()
    try:
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        reason = f"this machine lets nobody make a network device, also not root: {error}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    name = f"setu{os.getpid() % 100_000}"
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    for words in (f"address add {net}.1/24 dev {name}", f"link set {name} up"):
        subprocess.run(["ip", *words.split()], check=True)
    threads = [
        threading.Thread(target=_carry, args=(tun, weather, stop), daemon=True),
        threading.Thread(target=lambda: asyncio.run(_forward(f"{net}.1", ports, stop)), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield f"{net}.2"
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
        os.close(tun)


def _carry(tun: int, weather: Weather, stop: threading.Event) -> None:
    chance, on_the_way, number = random.Random(weather.seed), [], 0  # noqa: S311 (a seed that can be given again)
    while not stop.is_set():
        wait = max(0.0, on_the_way[0][0] - time.monotonic()) if on_the_way else 0.2
        if select.select([tun], [], [], wait)[0]:
            packet = os.read(tun, _MTU)
            if chance.random() >= weather.loss and packet[0] >> 4 == 4:
                number += 1
                heapq.heappush(on_the_way, (time.monotonic() + weather.delay, number, packet))
        while on_the_way and on_the_way[0][0] <= time.monotonic():
            packet = heapq.heappop(on_the_way)[2]
            with suppress(OSError):
                os.write(tun, packet[:12] + packet[16:20] + packet[12:16] + packet[20:])


async def _forward(address: str, ports: Sequence[int], stop: threading.Event) -> None:
    servers = [await asyncio.start_server(_to_loopback(port), address, port) for port in ports]
    await asyncio.to_thread(stop.wait)
    for server in servers:
        server.close()


def _to_loopback(port: int):
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pour(reader, here), _pour(there, writer), return_exceptions=True)

    return carry


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while block := await source.read(65536):
            sink.write(block)
            await sink.drain()
    finally:
        sink.close()
