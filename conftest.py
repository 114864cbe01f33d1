"""How the tests are shared out when they run in several processes: `make test` does so.

What uses one open notebook or page stays together, in one process and in its order; all else stays
together by file. What takes longest begins first, so that the processes end at about the same time.
"""

import re
from pathlib import Path

import pytest

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
    "tests/browser/test_notebooks_run.py": "notebook",
    "tests/site/test_lite.py": "lite",
    "tests/site/test_live.py": "page",
}
"""Files whose tests go by the notebook or page that they look at, and what a group is called."""

_STEMS = sorted(path.stem for path in Path(__file__).parent.glob("notebooks/*.ipynb"))
NAME = re.compile(rf"\[.*?\b({'|'.join(['index', *_STEMS])})\b")


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
    """Bring the long groups to the front, in a process of several; alone, nothing changes."""
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
