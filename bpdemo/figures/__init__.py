"""Pictures that stand still, drawn by Matplotlib for the back row.

Each function returns a `Picture`: a Matplotlib `Figure` that a notebook shows when it is the last
line of a cell, without pyplot and its global state. Every picture has a text, `picture.alt`,
that says what is to be seen in it, numbers included: the ``alt`` of the image, and the text form of
the cell's output.
"""

from bpdemo.figures.base import Picture
from bpdemo.figures.chance import dice_and_bell
from bpdemo.figures.derivatives import curves, sigma_and_derivative, u_curve
from bpdemo.figures.digits import confusion_matrix, digit_grid, weight_pictures, wrong_digits
from bpdemo.figures.learning import log_lines, loss_curve
from bpdemo.figures.rules import bend, mirrored_slopes, product_rectangle
from bpdemo.figures.shapes import stretched

__all__ = [
    "Picture",
    "bend",
    "confusion_matrix",
    "curves",
    "dice_and_bell",
    "digit_grid",
    "log_lines",
    "loss_curve",
    "mirrored_slopes",
    "product_rectangle",
    "sigma_and_derivative",
    "stretched",
    "u_curve",
    "weight_pictures",
    "wrong_digits",
]
