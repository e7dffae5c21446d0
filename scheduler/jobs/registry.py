"""The jobs by name: where their function is. Each takes the application and plain keyword values."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from flask import Flask

Job = Callable[..., None]

JOBS: dict[str, str] = {
    "solve-run": "scheduler.jobs.solving:solve_run",
    "recommend-round": "scheduler.jobs.recommending:recommend_round",
    "plan-errand": "scheduler.jobs.background_publication:plan_errand",
    "import-errand": "scheduler.jobs.importing:import_errand",
    "answer-inquiry": "scheduler.jobs.inquiring:answer_inquiry",
    "recommend-one": "scheduler.jobs.recommending:recommend_one",
}


def perform(app: Flask, name: str, arguments: dict[str, object]) -> None:
    """Do a job. Raises KeyError for an unknown name."""
    module, _, function = JOBS[name].partition(":")
    job = cast(Job, getattr(importlib.import_module(module), function))
    job(app, **arguments)
