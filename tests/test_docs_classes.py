"""The page docs/classes-and-devices.md tells the truth: its blocks run, its files are there."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "classes-and-devices.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.S)


def test_there_are_blocks():
    assert len(BLOCKS) == PAGE.count("```python") == 3
    assert all(re.search(r"^ *assert .*# B58", code, re.M) for code, _ in BLOCKS[1:])


def test_the_blocks_run_and_print_what_the_page_says():
    """In a Python of its own: the devices are counted once, when JAX starts."""
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed")
    code = "\n".join(code for code, _ in BLOCKS)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(text for _, text in BLOCKS)


def test_what_is_to_be_installed_is_there():
    for name in re.findall(r"-r (\S+)", PAGE):
        assert (ROOT / name).exists(), name
    assert re.search(r"^ *- -e \.( |$)", (ROOT / "environment.yml").read_text("utf-8"), re.M)
    (start,) = re.findall(r"urlpath=lab/tree/(\S+)", PAGE)
    assert (ROOT / start).exists()
