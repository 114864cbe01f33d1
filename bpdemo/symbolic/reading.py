"""A formula's text as a SymPy expression, read and never run.

>>> z = sp.Symbol("z")
>>> read("1/(1 + exp(-z))", z=z)
1/(1 + exp(-z))
>>> read("Piecewise((z, z > 0), (z/100, True))", z=z).subs(z, -3)
-3/100

`sympy.sympify` hands a text to `eval`, so a text could do whatever Python can. Here arithmetic,
comparisons and the functions in `FUNCTIONS` are all there is.
"""

import ast
import operator
from collections.abc import Callable

import sympy as sp

__all__ = ["FUNCTIONS", "read"]

FUNCTIONS: dict[str, Callable] = {
    function.__name__: function
    for function in (
        *(sp.exp, sp.log, sp.sqrt, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh),
        *(sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh, sp.erf, sp.sign),
        *(sp.Abs, sp.Min, sp.Max, sp.Heaviside, sp.Piecewise, sp.Rational),
    )
}
"""What a formula may call, by the names that SymPy has for it."""

_CONSTANTS = {"pi": sp.pi, "E": sp.E, "oo": sp.oo}

_LARGEST = 100  # of a number in an exponent: 9**9**9 would fill the memory


def _power(base, exponent):
    if exponent.is_number and not abs(exponent) <= _LARGEST:
        raise ValueError(f"formula: expected an exponent up to {_LARGEST}, received {exponent}")
    return base**exponent


_OPERATIONS: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Lt: sp.Lt,
    ast.LtE: sp.Le,
    ast.Gt: sp.Gt,
    ast.GtE: sp.Ge,
}

_LONGEST = 2000


def read(formula: str, /, **names: sp.Expr) -> sp.Expr:
    """The expression of a formula in SymPy's syntax.

    Parameters
    ----------
    formula : numbers, names, ``+ - * / **``, ``< <= > >=``, and calls of `FUNCTIONS`.
    names : what the names in it are; another one is a symbol of its own.

    Raises
    ------
    TypeError : the formula is no text.
    ValueError : it has something else in it; the message says what.
    """
    if not isinstance(formula, str):
        raise TypeError(f"formula: expected a text, received {formula!r}")
    if len(formula) > _LONGEST:
        raise ValueError(f"formula: expected {_LONGEST} characters at most")
    try:
        tree = ast.parse(formula.strip(), mode="eval")
        return _value(tree.body, names)
    except (SyntaxError, TypeError, AttributeError, RecursionError, MemoryError):
        raise ValueError(f"formula: expected arithmetic, received {formula!r}") from None


def _value(node: ast.expr, names):
    match node:
        case ast.Constant(bool() as value):
            return sp.true if value else sp.false
        case ast.Constant(int() | float() as value):
            return sp.Integer(value) if isinstance(value, int) else sp.Float(value)
        case ast.Name(name):
            known = {**_CONSTANTS, **names}
            return known[name] if name in known else sp.Symbol(name)
        case ast.UnaryOp(op, inner) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(inner, names))
        case ast.BinOp(left, op, right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(left, names), _value(right, names))
        case ast.Compare(left, [op], [right]) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(left, names), _value(right, names))
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(argument, names) for argument in arguments))
        case ast.Tuple(parts):
            return tuple(_value(part, names) for part in parts)
    raise ValueError(
        f"formula: expected numbers, names, arithmetic, comparisons and functions such as exp, "
        f"received {ast.unparse(node)!r}"
    )
