"""The multiplications counted layer by layer, matrix by matrix."""

from itertools import pairwise


def quantities(s):
    widths = [s.inputs] + [s.neurons] * (s.layers - 1) + [s.outputs]
    forward = backward = weights = 0
    for before, n in pairwise(widths):
        weights += before * n
        forward += s.examples * before * n
        backward += 2 * s.examples * before * n  # one product for ∂ℒ/∂w, one for ∂ℒ/∂a
    times = {
        "forward": forward,
        "back-propagation": forward + backward,
        "forward_mode": forward + weights * 2 * forward,
        "differences": 2 * weights * forward,
    }
    # ∂a^L/∂a^0 as a product of L matrices, (n_k, n_{k−1}) each.
    back = sum(widths[-1] * widths[k] * widths[k - 1] for k in range(1, s.layers))
    on = sum(widths[0] * widths[k] * widths[k + 1] for k in range(1, s.layers))
    q = {f"times_{way}": v for way, v in times.items()}
    q |= {f"runs_{way}": round(v / forward) for way, v in times.items()}
    q |= {n: getattr(s, n) for n in ("inputs", "neurons", "outputs", "layers", "examples")}
    return q | {"weights": weights, "jacobian_back": back, "jacobian_on": on}
