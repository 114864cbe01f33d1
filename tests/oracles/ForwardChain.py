"""A chain by hand: the scalars of N1–N16, nothing of the package."""

from tests.oracles import by_hand


def quantities(s):
    return by_hand.chain(s, s.depth)
