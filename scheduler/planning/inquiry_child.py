"""The child process that answers what an organiser asks of a plan: the solver works in it and nothing is written.

The worker starts `python -m scheduler.planning.inquiry_child` and sends one line of JSON with the order; it reads a
line for each answer, the last of which is whole. When the worker is gone the input ends, and so does this process.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from sqlalchemy.orm import Session

from scheduler.extensions import make_engine
from scheduler.models import Inquiry
from scheduler.planning.child import ORPHANED, ProgressLines, end_with_the_worker
from scheduler.planning.inquiry import answers
from scheduler.planning.order import QuestionOrder


def main() -> int:
    """Answer; 0 when the last answer was told."""
    news = ProgressLines()
    line = sys.stdin.buffer.readline()
    if not line:
        return ORPHANED  # the worker ended before it said what to answer
    order = QuestionOrder(**json.loads(line))
    threading.Thread(target=end_with_the_worker, args=(threading.Event(),), daemon=True).start()
    engine = make_engine(order.database_url)
    with Session(engine.execution_options(read_only=True)) as session:
        inquiry = session.get(Inquiry, order.inquiry_id)
        if inquiry is not None:
            for answer in answers(session, inquiry):
                news.tell(answer=answer.stored())
    return 0


if __name__ == "__main__":
    # At once: the thread that hears the worker holds the input, and an orderly end would wait for it in vain.
    os._exit(main())
