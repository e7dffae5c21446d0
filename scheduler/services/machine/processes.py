"""Names of processes, by which another process can tell whether one still lives."""

from __future__ import annotations

import os
import socket

import psutil

HOST_LIMIT = 80


def process_name() -> str:
    """This process for good: its machine, its number, and when it began, since numbers are used again."""
    return f"{_host()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def lives(name: str) -> bool:
    """Whether the process of a name lives. One of another machine counts as alive: nobody here can tell."""
    host, number, began = [*name.rsplit(":", 2), "", ""][:3]
    if host != _host():
        return True
    try:
        return f"{psutil.Process(int(number)).create_time():.2f}" == began
    except (psutil.NoSuchProcess, ValueError):
        return False


def _host() -> str:
    return socket.gethostname()[:HOST_LIMIT]
