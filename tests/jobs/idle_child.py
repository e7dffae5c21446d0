"""A child that never ends and hears nothing: what an overrun looks like to the worker."""

from __future__ import annotations

import json
import sys
import time

sys.stdin.readline()
print(json.dumps({"phase": "solving"}), flush=True)
time.sleep(600)
