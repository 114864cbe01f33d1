"""The page docs/gradcheck.md tells the truth: each block runs, and prints what stands below it."""

import contextlib
import importlib.util
import io
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "gradcheck.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", PAGE, re.S)


@pytest.fixture(scope="module")
def names():
    return {}


@pytest.mark.parametrize(("code", "expected"), BLOCKS, ids=[str(n) for n in range(len(BLOCKS))])
def test_the_block_prints_what_the_page_says(names, code, expected):
    for module in re.findall(r"^# needs: (\w+)", code, re.M):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "gradcheck.md", "exec"), names)
    assert printed.getvalue() == expected


def test_there_are_blocks():
    assert len(BLOCKS) >= 6 and sum(bool(expected) for _, expected in BLOCKS) >= 6
