"""A child that ends at once without a word."""

from __future__ import annotations

import sys

sys.stdin.readline()
sys.exit(3)
