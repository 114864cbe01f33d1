"""A chain with biases, from the core, its quantities named by hand."""

from tests.oracles import by_hand


def quantities(s):
    w, b = ([getattr(s, f"{letter}{k}") for k in (1, 2, 3)] for letter in "wb")
<<<<<<< HEAD
    return by_hand.network([[s.x]], [[[v]] for v in w], [[s.y]], s.activation, [[v] for v in b]) | {
        "k": s.k
    }
=======
    return by_hand.network([[s.x]], [[[v]] for v in w], [[s.y]], s.activation, [[v] for v in b])
>>>>>>> df824f62ec3681c6efe6b8605e8dab37579a0498
