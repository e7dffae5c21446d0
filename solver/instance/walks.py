"""The shortest ways between pavilions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def shortest_walks(minutes: NDArray[np.int32]) -> NDArray[np.int64]:
    """The least minutes between every two pavilions, through any others (R. Floyd and S. Warshall; found by scipy).

    `minutes[a, b]` are those of the direct way. 0 is a way like any other.
    """
    from scipy.sparse.csgraph import csgraph_from_dense, floyd_warshall

    if not minutes.size:
        return np.zeros(minutes.shape, dtype=np.int64)
    graph = csgraph_from_dense(minutes.astype(np.float64), null_value=np.inf)
    return np.asarray(np.rint(floyd_warshall(graph)), dtype=np.int64)
