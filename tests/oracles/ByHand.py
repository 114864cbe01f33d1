"""What is given in the network of these settings; a blank shows what somebody wrote there."""

import numpy as np

from bpdemo import by_hand
from bpdemo.diagrams import names


def quantities(s):
    practise = [word.removeprefix("practise:") for word in s.notes if word.startswith("practise:")]
    known = [name for name in practise[-1:] if name in by_hand.SLIPS]
    exercise = by_hand.make(s.level, s.number, *known)
    given = dict(exercise.given)
    # What the core gets is what the picture shows.
    for k, w in enumerate(exercise.w, start=1):
        given |= {names.weight(k, i, j, w.shape): w[i, j] for i, j in np.ndindex(w.shape)}
    for name, x in zip([n for n in given if n[0] == "x"], exercise.x.ravel(), strict=True):
        given[name] = x
    blanks = {name: getattr(s, name) for name in exercise.blanks}
    return given | {name: 0.0 if value is None else value for name, value in blanks.items()}
