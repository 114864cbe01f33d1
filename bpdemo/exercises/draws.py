"""The numbers that exercises are drawn on, and what several of them share."""

import itertools

from bpdemo import activations, losses, network

_sigmoid = activations.get("sigmoid")
σ, dσ = _sigmoid.f, _sigmoid.derivative


def uniform(rng, *shape):
    """Numbers of size 0.3 … 1.5 and either sign, so that no two slips agree by chance."""
    values = rng.uniform(0.3, 1.5, shape) * rng.choice([-1, 1], shape)
    return values if shape else float(values)


def one_neuron(a_before, z, y):
    """The core's gradients for one neuron with this input and this z."""
    trace = network.forward([[a_before]], [[[z / a_before]]])
    return network.backward(trace, [[y]])


def draw_neuron(rng):
    """a, z and y of one neuron, as plain numbers."""
    a_before, z, y = uniform(rng), uniform(rng), uniform(rng)
    return {"a_before": a_before, "z": z, "a": float(σ(z)), "y": y}


def draw_chain(rng):
    """a, z, w of a chain of one neuron a layer, each a dict with the layer's number as key."""
    L = 4
    trace = network.forward([[uniform(rng)]], list(uniform(rng, L, 1, 1)))
    return {
        "a": {k: trace.a[k].item() for k in range(L + 1)},
        "z": {k: trace.z[k].item() for k in range(1, L + 1)},
        "w": {k: trace.w[k].item() for k in range(1, L + 1)},
        "y": uniform(rng),
    }


def chain_expected(a, z, w, y):
    """The core's ∂ℒ/∂w^k of the chain, by k."""
    grad = network.backward(network.forward([[a[0]]], [[[w[k]]] for k in w]), [[y]])
    return {k: grad.dL_dw[k].item() for k in w}


def chain_wrong(
    start=lambda a, y: 2 * (a - y),
    da_dz=lambda z, a: dσ(z),
    back=lambda dL_dz, dL_da, w, k: dL_dz * w[k],
    dz_dw=lambda a, k: a[k - 1],
):
    """The recursion over a chain, with one of its parts gone wrong."""

    def wrong(a, z, w, y):
        L = max(w)
        dL_da, dL_dw = start(a[L], y), {}
        for k in range(L, 0, -1):
            dL_dz = dL_da * da_dz(z[k], a[k])
            dL_dw[k] = dL_dz * dz_dw(a, k)
            dL_da = back(dL_dz, dL_da, w, k)
        return dict(sorted(dL_dw.items()))

    return wrong


def draw_layer(rng):
    """What one backward step through a layer needs: m = 4, widths 3 and 2."""
    a_before, w = uniform(rng, 4, 3), uniform(rng, 3, 2)
    return {"dL_da": uniform(rng, 4, 2), "z": a_before @ w, "a_before": a_before, "w": w}


def layer_expected(dL_da, z, a_before, w):
    """The core's (∂ℒ/∂w, ∂ℒ/∂a one layer back) for that layer."""
    # The loss's own derivative is 2 (a − y), so this y makes it the dL_da that was drawn.
    trace = network.forward(a_before, [w])
    grad = network.backward(trace, trace.a[1] - dL_da / 2)
    return grad.dL_dw[1], grad.dL_da[0]


def draw_network(rng):
    """A 2-3-1 network, 4 examples, and a learning rate."""
    w = [uniform(rng, 2, 3), uniform(rng, 3, 1)]
    return {"x": uniform(rng, 4, 2), "w": w, "y": uniform(rng, 4, 1), "learning_rate": 0.3}


def stepped(x, w, y, learning_rate, layers=(1, 2)):
    """The weights after one step of gradient descent on these layers, by k."""
    grad = network.backward(network.forward(x, w), y)
    return {
        k: w[k - 1] - learning_rate * grad.dL_dw[k] if k in layers else w[k - 1]
        for k in range(1, len(w) + 1)
    }


def stepped_one_by_one(order):
    """The slip: after each layer's update, a new forward and backward pass."""

    def wrong(x, w, y, learning_rate):
        for k in order:  # a new forward and backward pass after each layer's update
            w = list(stepped(x, w, y, learning_rate, layers=(k,)).values())
        return dict(enumerate(w, start=1))

    return wrong


def stepped_through_new_weights(x, w, y, learning_rate):
    """The slip: back through weights that have been moved already."""
    trace = network.forward(x, w)
    dL_da, new = losses.get("squared_difference").derivative(trace.a[trace.L], y), {}
    for k in range(trace.L, 0, -1):
        dL_dz = dL_da * dσ(trace.z[k])
        new[k] = w[k - 1] - learning_rate * trace.a[k - 1].T @ dL_dz
        dL_da = dL_dz @ new[k].T  # the slip: w^k has been moved already
    return dict(sorted(new.items()))


def draw_batch(rng):
    """What a forward pass leaves of a 3-4-2-1 network, five examples: a, z, w by layer, and y."""
    widths = (3, 4, 2, 1)
    w = [uniform(rng, n, m) for n, m in itertools.pairwise(widths)]
    trace = network.forward(uniform(rng, 5, 3), w)
    return {
        "a": {k: trace.a[k] for k in range(4)},
        "z": {k: trace.z[k] for k in range(1, 4)},
        "w": {k: trace.w[k] for k in range(1, 4)},
        "y": uniform(rng, 5, 1),
    }


def batch_expected(a, z, w, y):
    """The core's ∂ℒ/∂w^k of that network, by k."""
    grad = network.backward(network.forward(a[0], list(w.values())), y)
    return {k: grad.dL_dw[k] for k in w}


def batch_wrong(
    start=lambda a, y: 2 * (a - y),
    da_dz=lambda z, a: dσ(z),
    back=lambda dL_dz, dL_da, w, k: dL_dz @ w[k].T,
    dL_dw_of=lambda a, dL_dz, k: a[k - 1].T @ dL_dz,
):
    """The loop over a batch, with one of its parts gone wrong."""

    def wrong(a, z, w, y):
        L = max(w)
        dL_da, dL_dw = start(a[L], y), {}
        for k in range(L, 0, -1):
            dL_dz = dL_da * da_dz(z[k], a[k])  # (m, n_k)
            dL_dw[k] = dL_dw_of(a, dL_dz, k)
            dL_da = back(dL_dz, dL_da, w, k)
        return dict(sorted(dL_dw.items()))

    return wrong


A_FOR_Z = "σ′ is taken at a. It belongs at z, the number before the activation (N8)."
SIGN = (
    "The sign is the other way round. If a is larger than y, does a larger a make the loss "
    "larger or smaller?"
)
LOST_2 = "A factor 2 is lost: the derivative of u² is 2u (N7). This loss has no ½ in front."


def linear(a_before, w):
    """The core's gradients for one neuron with the identity, y = 0."""
    return network.backward(network.forward([[a_before]], [[[w]]], activation="identity"), [[0.0]])
