"""The chain by hand, with the slip or without; what is measured is the true slope."""

from tests.oracles import by_hand


def quantities(s):
    true = by_hand.chain(s)
    measured = {f"measured:dL_dw{k}": true[f"dL_dw{k}"] for k in (1, 2, 3)}
    return by_hand.chain(s, slope_at_a=s.slip) | measured
