"""A chain with biases, from the core, its quantities named by hand."""

from tests.oracles import by_hand


def quantities(s):
    w, b = ([getattr(s, f"{letter}{k}") for k in (1, 2, 3)] for letter in "wb")
    return by_hand.network([[s.x]], [[[v]] for v in w], [[s.y]], s.activation, [[v] for v in b])
