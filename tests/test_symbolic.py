"""Every identity, for an undefined σ and for every activation; and each check can fail."""

import dataclasses

import numpy as np
import pytest
import sympy as sp

import bpdemo as bp
from bpdemo import activations, slips, symbolic
from bpdemo.symbolic import notation, slopes, vectors
from tools import own_words

EVERY = [None, *activations.TABLE]
every_activation = pytest.mark.parametrize("activation", EVERY, ids=str)


def perturbed(claim, by):
    """The claim with a wrong right side."""
    return dataclasses.replace(claim, sides=(*claim.sides[:-1], claim.rhs + by))


# One neuron per layer


@every_activation
@pytest.mark.parametrize("row", symbolic.ROWS)
def test_each_row_holds_and_its_check_can_fail(row, activation):
    claim = symbolic.claim(row, activation).away_from_kinks()
    assert claim.row == row
    assert claim.difference == 0 and claim.holds
    for wrong in (claim.rhs, -2 * claim.rhs, sp.Symbol("nonsense")):  # doubled, negated, shifted
        assert not perturbed(claim, wrong).holds
        assert perturbed(claim, wrong).difference != 0


@pytest.mark.parametrize("row", symbolic.ROWS)
def test_a_reader_can_check_a_row_without_our_help(row):
    for activation in (None, "sigmoid", "tanh"):
        claim = symbolic.claim(row, activation)
        assert sp.simplify(claim.lhs - claim.rhs) == 0


def test_every_form_on_the_way_is_checked():
    claim = symbolic.claim("N7")
    assert len(claim.forms) == 2  # −2 (y − a^L) and 2 (a^L − y)
    wrong = dataclasses.replace(claim, sides=(2 * claim.rhs, claim.rhs))
    assert wrong.difference == 0 and not wrong.holds


def test_the_left_sides_are_the_composed_expressions():
    # written here once more, from the symbols up, and with SymPy's own unknown function
    a, w, y = (sp.Symbol(name, real=True) for name in ("a^{L-1}", "w^{L}", "y"))
    sigma, ours = sp.Function("sigma"), slopes.sigma_and_slope()
    loss = (y - sigma(a * w)) ** 2
    u = sp.Symbol("u")

    def in_ours(expr):
        expr = expr.replace(sp.Subs, lambda of, _, at: ours[1](*at)).replace(sigma, ours[0])
        return expr.replace(sp.Derivative, lambda *_: ours[1](a * w))

    assert symbolic.claim("N10").lhs == in_ours(loss.diff(w))
    assert symbolic.claim("N13").lhs == in_ours(loss.diff(a))
    expected = 2 * (sigma(a * w) - y) * sp.Subs(sigma(u).diff(u), u, a * w) * a
    assert sp.simplify(symbolic.claim("N10").rhs - in_ours(expected)) == 0


def test_the_slope_is_the_limit_of_the_secant():
    z = notation.z_("L")
    for name, entry in activations.TABLE.items():
        lhs = symbolic.claim("N8", name).lhs
        at = np.array([-1.3, -0.2, 0.4, 2.0])
        np.testing.assert_allclose(
            [float(lhs.subs(z, v)) for v in at], entry.derivative(at), rtol=1e-12
        )


@every_activation
def test_the_induction_and_its_neighbours(activation):
    proof = symbolic.induction(activation)
    assert proof.holds and [claim.row for claim in proof] == ["N12", "N15", "N11"]
    assert symbolic.bias(activation).holds and len(symbolic.bias(activation)) == 4
    broken = dataclasses.replace(proof, claims=(proof[0], perturbed(proof[1], sp.S.One)))
    assert not broken.holds
    assert "NOT" in repr(broken)
    assert not dataclasses.replace(proof, claims=()).holds


def test_the_inductive_step_knows_nothing_of_the_layers_after():
    claim = symbolic.claim("N15")
    assert {f.letter for f in claim.lhs.atoms(notation.Unknown)} == {r"\sigma", symbolic.LOSS}
    assert "y" not in {s.name for s in claim.lhs.free_symbols}


@every_activation
@pytest.mark.parametrize("L", [1, 2, 3, 4])
def test_whole_networks_directly(L, activation):
    proof = symbolic.depth(L, activation)
    assert len(proof) == 2 * L + 1  # a^L … a^0 and w^L … w^1
    names = {claim.of[1] for claim in proof}
    assert names == {f"a^{{{k}}}" for k in range(L + 1)} | {f"w^{{{k}}}" for k in range(1, L + 1)}
    assert proof.holds


def test_a_wrong_recursion_is_seen_on_whole_networks():
    """w^k for w^{k+1}: the wrong layer's weight, in every claim that has one."""
    claims = [claim for claim in symbolic.depth(3) if claim.rhs.has(notation.w_(3))]
    assert len(claims) == 6
    for claim in claims:
        wrong = claim.rhs * notation.w_(2) / notation.w_(3)
        assert not dataclasses.replace(claim, sides=(wrong,)).holds


def test_bad_arguments_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"row: expected one of N6, .*received 'N99'"):
        symbolic.claim("N99")
    with pytest.raises(ValueError, match="expected one of sigmoid"):
        symbolic.claim("N10", "sine")
    with pytest.raises(ValueError, match="L: expected a whole number from 1"):
        symbolic.depth(0)
    with pytest.raises(ValueError, match="name: expected one of dL_dw"):
        symbolic.vector("dL_dx")


# Vectors and a batch


@every_activation
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("name", symbolic.VECTOR)
def test_the_vector_form_for_symbolic_widths(name, bias, activation):
    claim = symbolic.vector(name, activation, bias)
    assert claim.holds
    assert not perturbed(claim, claim.rhs).holds


def test_the_transposes_come_from_the_indices():
    i, j, t, q = vectors.i, vectors.j, vectors.t, vectors.q
    dL_dw, dL_da = symbolic.vector("dL_dw"), symbolic.vector("dL_da")
    # what SymPy found, before any formula of ours: over which index each sum runs
    assert [limit[0] for limit in dL_dw.lhs.limits] == [t]
    assert [limit[0] for limit in dL_da.lhs.limits] == [q]
    assert vectors.A[t, i] in dL_dw.found.atoms(sp.Indexed)  # (a^{k-1})ᵀ: i first, t summed
    assert vectors.W[i, q] in dL_da.found.atoms(sp.Indexed)  # (w^k)ᵀ: q summed
    wrong = {
        "dL_dw": sp.Sum(vectors.A[i, t] * vectors.G[t, j], (t, 1, vectors.m)),
        "dL_da": dL_da.rhs.xreplace({vectors.W[i, q]: vectors.W[q, i]}),
    }
    assert vectors.W[q, i] in wrong["dL_da"].atoms(sp.Indexed)
    assert not dataclasses.replace(dL_da, sides=(wrong["dL_da"],)).holds
    assert not dataclasses.replace(dL_dw, sides=(wrong["dL_dw"],)).holds


def test_no_kronecker_delta_is_left():
    for name in symbolic.VECTOR:
        for activation in EVERY:
            assert not symbolic.vector(name, activation).lhs.has(sp.KroneckerDelta)


def test_symbolic_widths_agree_with_chosen_ones():
    """The step SymPy is told (which deltas collapse), against plain sums without any told step."""
    sizes = {vectors.m: 2, vectors.n_in: 3, vectors.n_out: 2}
    loss = vectors.vector_row("last_layer").composed(sp.tanh).subs(sizes).doit()
    claim = symbolic.vector("last_layer", "tanh")
    for i in (1, 2, 3):
        for j in (1, 2):
            direct = loss.diff(vectors.W[i, j])
            formula = claim.rhs.subs({**sizes, vectors.i: i, vectors.j: j}).doit()
            assert sp.expand(direct - formula) == 0


@every_activation
def test_matrices_of_chosen_widths(activation):
    proof = symbolic.matrices(2, 2, 1, activation)
    assert proof.holds
    claim = proof[0]
    assert claim.lhs.shape == (2, 1)
    wrong = claim.rhs.copy()
    wrong[1, 0] *= 2  # one entry only
    assert not dataclasses.replace(claim, sides=(wrong,)).holds


def test_matrices_that_are_not_square():
    proof = symbolic.matrices(2, 3, 2)
    assert proof.holds and [claim.lhs.shape for claim in proof] == [(3, 2), (2, 3), (1, 2)]


# The tie to the code


@pytest.mark.parametrize("activation", activations.TABLE)
@pytest.mark.parametrize("L", [1, 3])
def test_formulas_and_code_agree(L, activation):
    tie = symbolic.tie(L, activation)
    assert tie.ok and tie.points == 20
    assert "agree at 20 points" in repr(tie)


@pytest.mark.parametrize("name", ["sigma_of_a", "wrong_sign", "lost_factor_2", "wrong_layer"])
def test_the_tie_sees_a_wrong_backward(name):
    tie = symbolic.tie(3, "tanh", backward=slips.get(name).backward)
    assert not tie.ok and "DIFFER" in repr(tie)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("activation", activations.TABLE)
def test_vector_formulas_and_code_agree(activation, bias):
    tie = symbolic.tie_vector(3, 3, 2, activation, bias=bias)
    assert tie.ok and tie.points == 3 * 2 + 3 * 3 + (2 if bias else 0)


@pytest.mark.parametrize("activation", activations.TABLE)
def test_each_activation_is_its_formula_and_its_derivative_sympys(activation):
    assert symbolic.check_activation(activation, points=101).ok


def test_a_wrong_activation_is_seen():
    tanh, relu = activations.TABLE["tanh"], activations.TABLE["relu"]
    wrong = (
        dataclasses.replace(tanh, derivative=lambda z, a=None: 1 - np.tanh(z)),
        dataclasses.replace(
            tanh, derivative=lambda z, a=None: 1 - np.tanh(z if a is None else a) ** 2
        ),
        dataclasses.replace(tanh, f=np.sin),
        dataclasses.replace(tanh, formula="tanh(2*z)"),
        dataclasses.replace(tanh, derivative=lambda z, a=None: np.full_like(z, np.nan)),
        dataclasses.replace(relu, derivative=lambda z, a=None: np.where(z >= 0, 1.0, 0.0)),
    )
    for entry in wrong:
        assert not symbolic.check_activation(entry, points=21).ok


# The slip


def test_the_slip_differs_and_the_measurement_says_which_is_right():
    slip = symbolic.slip()
    assert slip.right.holds and slip.right.difference == 0
    assert not slip.wrong.holds and slip.difference != 0
    assert slip.analytic_right == pytest.approx(slip.numeric, rel=1e-8)
    assert abs(slip.analytic_wrong / slip.numeric - 1) > 0.03
    # the running example, by the core
    trace = bp.forward([[0.5]], [[[0.8]], [[-1.2]], [[1.5]]])
    grad = bp.backward(trace, [[1.0]])
    assert slip.analytic_right == pytest.approx(grad.dL_da[2][0, 0], rel=1e-13)
    wrong = slips.get("sigma_of_a").backward(trace, np.array([[1.0]]))
    assert slip.analytic_wrong == pytest.approx(wrong.dL_da[2][0, 0], rel=1e-13)


@pytest.mark.parametrize("activation", activations.TABLE)
def test_where_the_slip_hides(activation):
    hidden = own_words.straight(activations.get(activation).formula)
    slip = symbolic.slip(activation)
    assert slip.right.holds
    assert slip.wrong.holds is hidden
    assert (slip.analytic_right == slip.analytic_wrong) is hidden
    assert slip.analytic_right == pytest.approx(slip.numeric, rel=1e-8)


# How it is shown


def test_claims_print_in_the_symbols_of_the_notes():
    assert repr(symbolic.claim("N10")) == (
        "N10: the three terms together\n"
        "  claimed     ∂ℒ/∂w^L = 2*(a^L - y)*σ′(z^L)*a^{L-1}\n"
        "  SymPy finds ∂ℒ/∂w^L = -2*a^{L-1}*(y - a^L)*σ′(z^L)\n"
        "  difference  0"
    )
    latex = symbolic.claim("N15")._repr_latex_()
    assert latex.startswith(r"$$\begin{aligned}") and latex.endswith("$$")
    assert r"\frac{\partial \mathcal{L}}{\partial a^{k}} &= " in latex
    assert r"\frac{\partial \mathcal{L}}{\partial a^{k+1}}" in latex
    assert r"\sigma'{\left(z^{k+1}\right)} w^{k+1}" in latex
    for claim in map(
        symbolic.claim, symbolic.ROWS
    ):  # nothing of SymPy's own notation for a derivative at a point
        assert "xi" not in claim._repr_latex_() + repr(claim)
        assert "Subs" not in repr(claim) and "substack" not in claim._repr_latex_()
    assert r"\sum_{t=1}^{m}" in symbolic.vector("dL_dw")._repr_latex_()
    assert r"\left(w^{k}\right)^{T}" in symbolic.matrices(1, 2, 2)._repr_latex_()


def test_a_wrong_claim_shows_its_difference():
    claim = perturbed(symbolic.claim("N9"), sp.Symbol("c"))
    assert "difference  -c" in repr(claim)
    assert "difference:" in claim._repr_latex_() and "-" in claim._repr_latex_().split("\n")[-2]


def test_what_is_shown_does_not_depend_on_what_was_computed_before():
    sp.core.cache.clear_cache()
    shown = [symbolic.slip, lambda: symbolic.claim("N14"), lambda: symbolic.derivation("dL_dw")]
    first = [make()._repr_latex_() + repr(make()) for make in shown]
    symbolic.depth(2)
    symbolic.vector("last_layer", "tanh")
    assert [make()._repr_latex_() + repr(make()) for make in shown] == first
