"""Three differences of σ in the precision that is asked for, step by step as one writes them."""

import numpy as np

import bpdemo as bp


def quantities(s):
    sigma = bp.activations.TABLE[s.activation]
    dtype, pair = {
        "float64": (np.float64, np.complex128),
        "float32": (np.float32, np.complex64),
    }[s.precision]
    z, h = dtype(s.z), np.array([s.h]).astype(dtype)
    with np.errstate(under="ignore"):
        slopes = {
            "forward": (sigma.f(z + h) - sigma.f(z)) / h,
            "central": (sigma.f(z + h) - sigma.f(z - h)) / (2 * h),
            "complex": sigma.f(z + 1j * h.astype(pair)).imag / h,
        }
    exact = float(sigma.derivative(np.float64(s.z)))
    q = {"h": s.h, "z": s.z, "eps": float(np.finfo(dtype).eps)}
    for name, slope in slopes.items():
        error = abs(float(slope[0]) - exact)
        q[f"error_{name}"] = 0.0 if error < 1e-17 else error
        q[f"drawn_{name}"] = max(error, 1e-17)
    return q
