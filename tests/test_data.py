"""The data are what SOURCE.md says, and every division of them is fair and repeatable."""

import hashlib
from importlib import resources

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import data

SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"


def test_the_file_is_the_one_its_source_names():
    folder = resources.files("bpdemo.data")
    raw = folder.joinpath("digits.csv.gz").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == SHA256
    assert len(raw) < 100_000
    source = folder.joinpath("SOURCE.md").read_text(encoding="utf-8")
    assert SHA256 in source
    for word in ("Alpaydin", "Kaynak", "1998", "10.24432/C50P49", "CC BY 4.0", "1,797"):
        assert word in source


def test_digits_have_the_published_shape_and_counts():
    digits = data.digits()
    assert digits.pixels.shape == (1797, 64)
    assert digits.pixels.dtype == np.float64
    assert digits.pixels.min() == 0 and digits.pixels.max() == 1
    # The counts per class in the UCI description (optdigits.names, test part).
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # Blocks of 4 × 4 pixels: every value is a whole number of sixteenths.
    assert np.array_equal(digits.pixels * 16, np.round(digits.pixels * 16))


def test_y_is_one_at_the_label_and_nothing_else():
    digits = data.digits()
    assert digits.y.shape == (1797, 10)
    assert np.array_equal(digits.y.argmax(1), digits.labels)
    assert np.array_equal(digits.y.sum(1), np.ones(1797))
    assert digits.images.shape == (1797, 8, 8)
    assert np.array_equal(digits.images[5].ravel(), digits.pixels[5])


def test_the_shared_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        data.digits().pixels[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        data.digits_split().train.labels[0] = 1


def test_choosing_some_keeps_rows_together():
    digits = data.digits()
    threes = digits[digits.labels == 3]
    assert len(threes) == 183 and set(threes.labels) == {3}
    assert np.array_equal(threes.pixels, digits.pixels[threes.index])
    assert digits[7].pixels.shape == (1, 64)
    assert len(digits[:0]) == 0


@pytest.mark.parametrize(("held_out", "validation"), [(360, 0), (360, 200), (1, 1), (0, 0)])
def test_a_split_loses_nothing_and_shares_nothing(held_out, validation):
    parts = data.digits_split(3, held_out, validation)
    assert len(parts.held_out) == held_out and len(parts.validation) == validation
    index = np.concatenate([p.index for p in (parts.train, parts.held_out, parts.validation)])
    assert np.array_equal(np.sort(index), np.arange(1797))
    for part in (parts.train, parts.held_out, parts.validation):
        assert np.array_equal(part.pixels, data.digits().pixels[part.index])
        assert np.array_equal(part.labels, data.digits().labels[part.index])


def test_a_split_gives_each_part_its_share_of_every_digit():
    parts = data.digits_split(0, 360, 200)
    count = np.bincount(data.digits().labels)
    for part in (parts.train, parts.held_out, parts.validation):
        share = count * len(part) / 1797
        assert np.abs(np.bincount(part.labels, minlength=10) - share).max() <= 1.5


def test_a_split_follows_its_seed():
    same = [data.digits_split(5).held_out.index for _ in range(2)]
    assert np.array_equal(*same)
    assert not np.array_equal(same[0], data.digits_split(6).held_out.index)


@pytest.mark.parametrize("sizes", [(-1, 0), (0, -1), (1797, 0), (1000, 797)])
def test_a_split_that_leaves_nothing_is_refused(sizes):
    with pytest.raises(ValueError, match=r"(held_out|validation): expected"):
        data.digits_split(0, *sizes)


@pytest.mark.parametrize("make", [data.circles, data.moons])
@pytest.mark.parametrize("m", [2, 7, 100])
def test_points_are_balanced_small_and_follow_their_seed(make, m):
    points = make(m, seed=1)
    assert points.x.shape == (m, 2) and points.y.shape == (m, 1) and len(points) == m
    assert points.labels.sum() == m // 2
    assert np.abs(points.x).max() < 1.3
    assert np.array_equal(points.x, make(m, seed=1).x)
    assert not np.array_equal(points.x, make(m, seed=2).x)
    with pytest.raises(ValueError, match="m: expected a whole number from 2"):
        make(1)


def test_circles_are_two_rings():
    points = data.circles(400, seed=0)
    radius = np.hypot(*points.x.T)
    assert radius[points.labels == 1].max() < radius[points.labels == 0].min()


def test_moons_are_two_half_circles():
    points = data.moons(400, seed=0, noise=0.0)
    upper, lower = (1.5 * points.x[points.labels == c] + [0.5, 0.25] for c in (0, 1))
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert upper[:, 1].min() >= 0 and lower[:, 1].max() <= 0.5


@pytest.mark.parametrize("points", [data.xor(), data.circles(), data.moons()])
def test_no_straight_line_parts_the_classes(points):
    """Least squares with a bias leaves some point on the wrong side: a hidden layer is needed."""
    x = np.column_stack([points.x, np.ones(len(points))])
    line = np.linalg.lstsq(x, 2.0 * points.labels - 1, rcond=None)[0]
    assert np.any((x @ line > 1e-9) != points.labels)


def test_opposite_points_are_tied_without_biases():
    """What the docstring of `circles` says: z(x) + z(−x) is the same for all x."""
    rng = np.random.default_rng(0)
    w = [rng.normal(size=(2, 5)), rng.normal(size=(5, 1))]
    x = data.circles(20).x
    total = bp.forward(x, w).z[2] + bp.forward(-x, w).z[2]
    np.testing.assert_allclose(total, w[1].sum(), rtol=1e-12)
