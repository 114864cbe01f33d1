"""The benchmark: it measures what it says, and the README shows what it found."""

import json
import subprocess
import sys

import numpy as np
import pytest

import bench
import bpdemo as bp
from bench import checkers, core, peers


@pytest.mark.parametrize("name", ["bpdemo", "bare", "autograd", "micrograd"])
def test_a_turn_of_each_peer(name):
    if not peers.installed(name):
        pytest.skip(f"{name} is not installed")
    command = [sys.executable, "-m", "bench.peers", name, "--quick"]
    done = subprocess.run(command, cwd=bench.README.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "2-3-1 × 4, float64" in found
    assert all(case["us"] > 0 and case["norm"] > 0 for case in found.values())


@pytest.mark.parametrize("name", ["bare", "autograd"])  # `run` itself compares them all
@pytest.mark.parametrize("dtype", peers.DTYPES)
def test_peers_do_the_same_work(name, dtype):
    arguments = peers.inputs((3, 4, 2), 5, dtype)
    theirs = peers.PEERS[name](*arguments)()
    theirs = theirs[0] if name == "bare" else theirs
    ours = peers.bpdemo(*arguments)()
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12 if dtype == "float64" else 1e-4)


def test_a_peer_that_computes_something_else_is_refused():
    def turn(norm):
        return [{"2-3-1 × 4, float64": {"us": 1.0, "norm": norm}}]

    core._same_work({"bpdemo": turn(1.0), "torch": turn(1.0 + 1e-12), "micrograd": turn(7.0)})
    with pytest.raises(ValueError, match="torch, 2-3-1 × 4, float64"):
        core._same_work({"bpdemo": turn(1.0), "torch": turn(2.0)})


@pytest.mark.parametrize("dtype", peers.DTYPES)
def test_peak_memory_of_the_largest(dtype):
    """No more than the arrays of the trace and the gradients, and one layer's temporaries."""
    memory = core.peak_memory(*peers.NETWORKS["784-512-512-10 × 1024"], dtype)
    assert memory["peak"] <= memory["results"] + memory["temporaries"]


needs_result = pytest.mark.skipif("core" not in bench.load(), reason="run make bench first")


@needs_result
def test_the_result_is_complete():
    result = bench.load()["core"]
    assert set(result["us"]) == {f"{n}, {dtype}" for n in peers.NETWORKS for dtype in peers.DTYPES}
    assert {"bpdemo", "bare", "torch", "jax", "autograd", "micrograd"} == set(result["versions"])
    assert all(us["bpdemo"] > 0 and us["bare"] > 0 for us in result["us"].values())
    for text in (core.table(result), core.markdown(result)):
        assert "PyTorch eager" in text
        assert result["machine"]["cpu"] in text


@pytest.mark.parametrize("name", bench.BENCHMARKS)
@pytest.mark.parametrize("page", bench.PAGES, ids=lambda page: page.name)
def test_the_pages_show_the_last_result(page, name):
    text = page.read_text("utf-8") if page.exists() else ""
    start, end = bench.markers(name)
    if start not in text:
        pytest.skip(f"{page.name} has no {start}")
    assert end in text
    assert name in bench.load(), f"no result yet: python -m bench {name}, then --write-readme"
    assert bench.table(name) in text, "python -m bench --write-readme brings it up to date"


def test_each_table_that_is_measured_stands_on_a_page():
    """The sliders' numbers are told in the terminal alone."""
    pages = "".join(page.read_text("utf-8") for page in bench.PAGES)
    shown = {name for name in bench.BENCHMARKS if bench.markers(name)[0] in pages}
    assert shown == set(bench.BENCHMARKS) - {"sliders"}


@needs_result
def test_tables_go_between_their_markers_and_nowhere_else():
    start, end = bench.markers("core")
    readme = f"# A\n{start}\nold\n{end}\nrest\n"
    written = bench.with_tables(readme)
    assert written == f"# A\n{bench.table('core')}\nrest\n"
    assert bench.with_tables(written) == written
    assert bench.with_tables("no markers") == "no markers"


# --- gradient checkers ---------------------------------------------------------------------------


def test_the_cases_are_what_they_say():
    cases = list(checkers.cases())
    assert sum(case.wrong for case in cases) > 350 and sum(not case.wrong for case in cases) > 80
    with np.errstate(all="ignore"):
        for case in cases[::7]:
            right = checkers._gradient(case, bp.backward)
            pairs = zip(case.gradients, right, strict=True)
            same = all(np.array_equal(one, other) for one, other in pairs)
            assert same is not case.wrong, case.name


@pytest.mark.parametrize("name", checkers.CHECKERS)
@pytest.mark.filterwarnings("ignore")  # of the peers' own
def test_each_checker_tells_an_easy_right_from_an_easy_wrong(name):
    if name in ("scipy", "torch", "jax", "autograd") and not peers.installed(name):
        pytest.skip(f"{name} is not installed")
    easy = [case for case in checkers.cases() if case.name == "sigma_of_a, none × 1, float64"]
    assert [case.wrong for case in easy] == [False, True]
    with np.errstate(all="ignore"):
        found = [checkers.CHECKERS[name](case) for case in easy]
    # scipy's forward differences are off by 1e-7 of ℒ, and its norm has no unit
    assert found == ["failed" if name == "scipy" else "passed", "failed"]


@pytest.mark.skipif("checkers" not in bench.load(), reason="run make bench first")
def test_all_slips_are_caught_and_no_right_gradient_is_called_wrong():
    result = bench.load()["checkers"]
    found = result["checkers"]
    mine = found["bpdemo"]
    assert mine["caught"] == mine["wrong"] and mine["missed"] == mine["false alarms"] == 0
    assert all(found[name]["seconds"] > mine["seconds"] for name in ("recipe", "scipy", "torch"))
    for text in (checkers.table(result), checkers.markdown(result)):
        assert "check_gradients" in text
