"""How the tests are shared out among processes, and which of them are quick.

`make test` runs all of them, in as many processes as there are cores. What uses one open notebook
or page stays together, in one process and in its order; all else stays together by file. What takes
longest begins first, so that the processes end at about the same time.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

# nbval and nbformat import jsonschema, which makes 38 grammars for checking IRIs with this module:
# four seconds in every process. No notebook has an IRI to check, and jsonschema does without.
# pyproject.toml keeps pytest from loading nbval before this line.
sys.modules.setdefault("rfc3987_syntax", None)

FIRST = (
    "tests/site/test_lite",
    "tests/browser",
    "tests/site",
    "tests/test_explorers_fuzz",
    "notebooks",
)
"""Where the long groups are, the longest first; the rest is short."""

SHARED = {
    # Each notebook is opened once for all of these files.
    "tests/browser/test_accessible.py": "notebook",
    "tests/browser/test_explorers_move.py": "notebook",
    "tests/browser/test_look.py": "notebook",
    "tests/browser/test_notebooks_run.py": "whole notebook",
    "tests/site/test_lite.py": "lite",
    "tests/site/test_live.py": "page",
}
"""Files whose tests go by the notebook or page that they look at, and what a group is called."""

_STEMS = sorted(path.stem for path in Path(__file__).parent.glob("notebooks/*.ipynb"))
NAME = re.compile(rf"\[.*?\b({'|'.join(['index', *_STEMS])})\b")

SLOW = (
    "tests/browser",
    "tests/site",
    # Other processes: kernels, commands, builds.
    "tests/test_bench.py",
    "tests/test_bench_sliders.py",
    "tests/test_chapter_10.py",
    "tests/test_command.py",
    "tests/test_library.py",
    "tests/test_mutants.py",
    "tests/test_notebooks.py",
    "tests/test_offline.py",
    "tests/test_package.py",
    "tests/test_recipes.py",
    "tests/test_types.py",
    "tests/test_workflows.py",
    # Much computing: thousands of networks, whole notebooks, every figure.
    "tests/test_asserts_can_fail.py",
    "tests/test_by_hand.py",
    "tests/test_checking_trust.py",
    "tests/test_doctor.py",
    "tests/test_explorers_cost.py",
    "tests/test_explorers_fuzz.py",
    "tests/test_explorers_numbers.py",
    "tests/test_figures.py",
    "tests/test_fuzz.py",
    "tests/test_handout.py",
    "tests/test_html.py",
    "tests/test_one_place.py",
    "tests/test_page.py",
    # Single tests of files that are quick: kernels and commands, and much computing again.
    "tests/test_exercises.py::test_a_loop_without_end_is_stopped",
    "tests/test_maps.py::test_another_list_makes_another_map",
    "tests/test_mazur.py::test_the_printed_outputs_are_the_slips",
    "tests/test_mutation.py::test_every_reason_is_for_a_fault_that_mutmut_would_plant",
    "tests/test_prose_numbers.py::test_every_number_is_tied[07]",
    "tests/test_prose_numbers.py::test_most_results_are_computed_and_there_are_enough_numbers_to_tie",
    "tests/test_requirements.py::test_a_pin_whose_hash_is_wrong_is_refused",
    "tests/test_security.py::test_an_explorer_of_hostile_words_is_whole[very long]",
    "tests/test_slips.py::test_the_loss_falls_all_the_same",
    "tests/test_slips.py::test_the_losses_are_the_same_on_another_machine",
    "tests/test_symbolic.py::test_no_kronecker_delta_is_left",
    "tests/test_symbolic.py::test_symbolic_widths_agree_with_chosen_ones",
    "tests/test_symbolic.py::test_the_slope_is_the_limit_of_the_secant",
    "tests/test_symbolic_faults.py::test_what_is_shown_does_not_depend_on_the_order_of_a_set",
    "tests/test_symbolic_faults_05_10.py::test_each_line_of_the_sum_over_paths_can_fail",
    "tests/test_symbolic_faults_05_10.py::test_every_assert_of_a_notebook_fails_where_the_claim_is_wrong",
    "tests/test_teachers.py::test_a_kernel_is_measured_at_its_largest",
    "tests/test_teachers.py::test_the_commands_for_handing_out_are_taken",
    "tests/test_training.py::test_a_64_32_10_network_reads_held_out_digits",
    "tests/test_training.py::test_the_parts_of_the_reader_share_no_digit",
    "tests/test_training.py::test_the_reader_reads_over_97_5_percent_of_the_held_out_digits_in_under_15_s",
    "tests/test_training.py::test_the_reader_starts_from_ln_10_a_digit_or_a_little_more",
    "tests/test_training.py::test_the_two_input_problems_can_be_learnt_with_biases",
)
"""What `--quick` leaves out, files and single tests: most of the time, and a few of the tests."""

SAMPLED = {
    # Hundreds of digits at hundreds of places, for each activation.
    "tests/test_activations.py::test_no_digit_is_lost_however_small_the_number": 3,
    # Every wrong answer to every exercise: 1900 tests.
    "tests/test_exercises.py": 8,
    # Everything that each explorer answers.
    "tests/test_explorers.py": 3,
    # Training runs at many settings.
    "tests/test_explorers_04.py": 3,
    "tests/test_explorers_07.py": 3,
    # Every fault of one sign or letter in each displayed formula.
    "tests/test_formulas.py": 8,
    # Each array wrong in turn, at many scales.
    "tests/test_gradcheck.py": 3,
    # Every bug of every hunt, with every line as the answer.
    "tests/test_hunt.py": 4,
    # Every picture at every width: 1500 tests.
    "tests/test_network_picture.py": 6,
    "tests/test_plots.py": 8,
    # Every number of a notebook wrong in turn.
    "tests/test_prose_numbers.py::test_a_wrong_number_is_seen": 8,
    # Every hostile label in every picture.
    "tests/test_security.py": 12,
    # SymPy derives each claim for each activation, and with each fault.
    "tests/test_symbolic.py": 12,
    "tests/test_symbolic_cross_entropy.py": 3,
    "tests/test_symbolic_faults.py": 16,
    "tests/test_symbolic_faults_05_10.py": 6,
    "tests/test_symbolic_paths.py": 4,
}
"""Files and tests with a great many parameters: with 5, `--quick` runs one in five of each test."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """``--quick``: for `make check`, which answers in a minute. And nbval's own options."""
    if not pluginmanager.hasplugin("nbval"):
        pluginmanager.import_plugin("nbval.plugin")
    parser.addoption(
        "--quick", action="store_true", help="leave out what conftest.py lists as slow"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what is slow, where only what is quick is asked for."""
    if not config.getoption("quick"):
        return None
    here = collection_path.relative_to(config.rootpath).as_posix()
    return True if here in SLOW else None


def is_quick(nodeid: str, nth: int) -> bool:
    """Whether `--quick` keeps a test, the nth of its function; the 0th of a sample always stays.

    A sample is spread by the golden ratio. Each 5th in turn would always have the same width where
    a test goes through 5 widths.

    >>> [n for n in range(20) if is_quick("tests/test_exercises.py::test_a[x]", n)]
    [0, 5, 10, 13, 18]
    """
    function = nodeid.partition("[")[0]
    if nodeid in SLOW or function in SLOW:
        return False
    each = SAMPLED.get(function) or SAMPLED.get(function.partition("::")[0]) or 1
    return nth * (5**0.5 - 1) / 2 % 1 < 1 / each


def group(nodeid: str) -> str:
    """What a test must stay together with.

    >>> group("tests/browser/test_look.py::test_it_fits[03-inductive-step-1024 px wide]")
    'notebook 03-inductive-step'
    >>> group("tests/test_losses.py::test_a[softmax]"), group("notebooks/A1-slopes.ipynb::Cell 0")
    ('tests/test_losses.py', 'notebooks/A1-slopes.ipynb')
    """
    path = nodeid.partition("::")[0]
    if path in SHARED and (name := NAME.search(nodeid)):
        return f"{SHARED[path]} {name[1]}"
    return path


def rank(nodeid: str) -> int:
    """Its place among the long groups."""
    return next((n for n, start in enumerate(FIRST) if nodeid.startswith(start)), len(FIRST))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what isn't quick; bring the long groups to the front, in a process of several."""
    if config.getoption("quick"):
        seen: Counter[str] = Counter()
        keep: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            function = item.nodeid.partition("[")[0]
            keep[is_quick(item.nodeid, seen[function])].append(item)
            seen[function] += 1
        items[:] = keep[True]
        config.hook.pytest_deselected(items=keep[False])
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))  # stable: within a place the order stays


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """xdist's way of keeping tests together, by `group`, in the order of collection.

    Its own `--dist loadgroup` adds the group to a test's id, which pytest 9.2 no longer lets it do.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    config.option.loadscopereorder = False
    return ByGroup(config, log)
