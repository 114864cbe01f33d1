"""The chain by hand, twice: before the nudge and after it; the prediction by the chain rule."""

from types import SimpleNamespace

from tests.oracles import by_hand


def quantities(s):
    k, w = s.nudge, f"w{s.nudge}"
    now = by_hand.chain(s)
    after = by_hand.chain(SimpleNamespace(**{**vars(s), w: now[w] + s.dw}))
    q = now | {"dw": s.dw, "after": now[w] + s.dw, f"predicted:{w}": s.dw, f"actual:{w}": s.dw}
    for layer in range(k, 4):
        # ∂z^layer/∂w^k: what comes into layer k, then σ′ and w of every layer up to here.
        slope = now[f"dz_dw{k}"]
        for n in range(k + 1, layer + 1):
            slope *= now[f"da_dz{n - 1}"] * now[f"w{n}"]
        q[f"predicted:z{layer}"] = slope * s.dw
        q[f"predicted:a{layer}"] = slope * now[f"da_dz{layer}"] * s.dw
        for letter in "za":
            q[f"actual:{letter}{layer}"] = after[f"{letter}{layer}"] - now[f"{letter}{layer}"]
    q["predicted:loss"] = now[f"dL_dw{k}"] * s.dw
    q["actual:loss"] = after["loss"] - now["loss"]
    q["line"], q["curve"] = now["loss"] + q["predicted:loss"], after["loss"]
    return q | {"error": q["predicted:loss"] - q["actual:loss"]}
