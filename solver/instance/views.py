"""The instance and a state of it as kernels see them."""

from __future__ import annotations

from solver.instance.arrays import Data
from solver.instance.solution import State
from solver.jit.views import viewer

data_view = viewer(Data)
state_view = viewer(State)
