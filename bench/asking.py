"""Asking a web server from several connections at once, again and again."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass

CONNECTIONS = 8


@dataclass(frozen=True)
class Measured:
    """One way to ask, and how many answers came in a second."""

    name: str
    rate: float
    median_ms: float


class Client(threading.Thread):
    """One connection that asks again and again for as long as it may."""

    def __init__(self, port: int, asks: list[tuple[str, dict[str, str]]], status: int, end: float) -> None:
        super().__init__(daemon=True)
        self.port, self.asks, self.status, self.end = port, asks, status, end
        self.times: list[float] = []
        self.wrong = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        number = 0
        while time.perf_counter() < self.end:
            path, headers = self.asks[number % len(self.asks)]
            number += 1
            started = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.times.append(time.perf_counter() - started)
            self.wrong += answer.status != self.status


def measure(
    name: str, port: int, asks: list[tuple[str, dict[str, str]]], status: int, seconds: float
) -> Measured:
    """Ask over several connections for some seconds. Raises RuntimeError when an answer is not the wanted one."""
    started = time.perf_counter()
    part = len(asks) // CONNECTIONS or 1
    clients = [
        Client(
            port,
            asks[(index * part) % len(asks) :] + asks[: (index * part) % len(asks)],
            status,
            started + seconds,
        )
        for index in range(CONNECTIONS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - started
    times = sorted(one for client in clients for one in client.times)
    if any(client.wrong for client in clients) or not times:
        raise RuntimeError(f"{name}: answers with another code than {status}")
    return Measured(name, len(times) / took, 1000 * times[len(times) // 2])
