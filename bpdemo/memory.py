"""For speed on Linux: large arrays that are freed stay with the process, for the next ones."""

import sys

import numpy as np

__all__ = ["keep_freed"]


def keep_freed() -> bool:
    """Let the C library keep the memory of freed arrays; say whether it does so here.

    A trace and its gradients are megabytes of arrays, freed as soon as the next ones are there. By
    default glibc hands such memory back to the system at once, and asks for it again, page by page,
    at the next call: up to half of the time of a large network. Call this once, before a long run
    of forward and backward passes. The process then holds on to some of what it has freed.

    >>> keep_freed() == (sys.platform == "linux")
    True
    """
    if sys.platform != "linux":
        return False
    # glibc learns what to keep from the largest block ever freed, up to 32 MiB. So free one of that
    # size. It's never written: it costs nothing.
    np.empty(2**25 - 2**13, dtype=np.uint8)
    return True
