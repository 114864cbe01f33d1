"""How the tests are shared out when they run in several processes: `make test` does so.

What uses one open notebook or page stays together, in one process and in its order; all else stays
together by file. What takes longest begins first, so that the processes end at about the same time.
"""

import pytest

FIRST = (
    "tests/site/test_lite",
    "tests/browser",
    "tests/site",
    "tests/test_explorers_fuzz",
    "notebooks",
)
"""Where the long groups are, the longest first; the rest is short."""


def group(item: pytest.Item) -> str:
    """What a test must stay together with."""
    path = item.nodeid.partition("::")[0]
    name = path.rpartition("/")[2]
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return path
    if path.startswith("tests/browser/") and "opened" in callspec.params:
        return f"notebook {callspec.params['opened']}"  # one for all files: it's opened once
    if name == "test_live.py" and "opened" in callspec.params:
        return f"page {callspec.params['opened']}"
    if name == "test_lite.py":
        return f"lite {callspec.params['name']}"
    return path


def rank(item: pytest.Item) -> int:
    """Its place among the long groups."""
    return next((n for n, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with its group, and bring the groups in order; alone, nothing changes."""
    if not getattr(config.option, "loadgroup", False):  # set in a process of several
        return
    items.sort(key=rank)  # stable: within a place the order stays
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
