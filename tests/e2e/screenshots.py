"""Pictures of the main pages of each role, wide and 390 pixels narrow: `make screenshots`.

Builds the demonstration event in a temporary folder, serves it, and writes PNG files into the folder named on the
command line.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select

from scheduler.extensions import db
from scheduler.models import Delegation, Plan, Run
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, Site, free_port, wait_for
from tests.waiting import PATIENCE

SIZES = {"wide": (1360, 900), "phone": (390, 844)}
TALLEST = 2600
"""Pixels: a longer page is cut, so that a picture stays readable."""

ORGANISER = "organiser@expo.example"


def pages(site: Site) -> dict[str, list[tuple[str, str]]]:
    """Addresses and names by whom to sign in as."""
    with db.new_session(site.database_url, read_only=True) as session:
        delegation = session.scalars(select(Delegation).order_by(Delegation.id)).first()
        plan = session.scalars(select(Plan).where(Plan.state == "published")).first()
        run = session.scalars(select(Run)).first()
        assert delegation is not None
        assert plan is not None
        assert run is not None
        leader, key = delegation.leader.email, delegation.public_id
        round_id = plan.round.public_id
    of_plan = f"/organise/plans/{plan.public_id}"
    return {
        ORGANISER: [
            ("/organise/", "organiser-overview"),
            ("/organise/people/", "organiser-people"),
            ("/organise/venue/", "organiser-venue"),
            ("/organise/programme/", "organiser-programme"),
            ("/organise/programme/blocks/", "organiser-blocks"),
            ("/organise/people/import", "organiser-import"),
            ("/organise/rounds/", "organiser-rounds"),
            (f"/organise/rounds/{round_id}/health", "organiser-health"),
            (f"/organise/runs/{run.public_id}", "organiser-run"),
            (of_plan, "organiser-plan"),
            (f"{of_plan}/timetable", "organiser-timetable"),
            (f"{of_plan}/not-placed", "organiser-not-placed"),
        ],
        leader: [
            (f"/delegation/{key}/?day=2023-11-07", "delegation-day"),
            (f"/delegation/{key}/members", "delegation-members"),
            (f"/delegation/{key}/dossier", "delegation-dossier"),
            ("/me/", "participant-now"),
            ("/me/agenda?day=2023-11-07", "participant-agenda"),
            ("/me/people", "participant-people"),
            ("/me/people/recommended", "participant-recommended"),
            ("/me/requests", "participant-requests"),
            ("/me/availability", "participant-availability"),
            ("/me/profile", "participant-profile"),
            ("/me/calendar", "participant-calendar"),
            ("/me/pocket", "participant-pocket"),
        ],
    }


def shoot(page: Page, site: Site, path: str, name: str, folder: Path) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(site.address(path))
        if answer is None or answer.status != 200:
            print(f"{path}: {answer.status if answer else 'no answer'}")
            return
        page.wait_for_load_state("networkidle")
        tall = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
        # The whole page becomes the window: bars that stick to the bottom then stand where they belong.
        page.set_viewport_size({"width": width, "height": max(tall, height)})
        page.screenshot(path=folder / f"{name}-{size}.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as instance:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "EXPO_INSTANCE": instance,
            "EXPO_MODE": "demonstration",
            "EXPO_BASE_URL": base,
        }
        expo = [sys.executable, "-m", "scheduler.cli"]
        subprocess.run([*expo, "demo"], env=environment, check=True)
        server = subprocess.Popen([*expo, "serve", "--port", str(port)], env=environment)
        try:
            wait_for(base, server)
            site = Site(base, Path(instance))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                for email, listed in pages(site).items():
                    page = browser.new_context().new_page()
                    site.sign_in(page, email)
                    for path, name in listed:
                        shoot(page, site, path, name, folder)
                browser.close()
        finally:
            server.terminate()
            server.wait(PATIENCE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
