"""Look for known holes: in the workflows, and in the pinned packages.

    python tools/audit.py     in an environment with requirements-tools.txt, as `make audit` does

The workflows are held to GitHub's schema, each job to a limit of time, and all to zizmor's rules,
all without a network. Then pip-audit asks for known vulnerabilities of each pin; where it can't,
that is said, and with `CI` set it is an error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements-test.txt", "requirements-tools.txt")  # the first has all of requirements.txt
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def main() -> int:
    """Run all of it; return 1 where something was found."""
    schema = ["check_jsonschema", "--builtin-schema"]
    good = all(
        [
            _passes("schema", *schema, "vendor.github-workflows", *WORKFLOWS),
            _passes("limits", *schema, "custom.github-workflows-require-timeout", *WORKFLOWS),
            _passes("dependabot", *schema, "vendor.dependabot", ROOT / ".github/dependabot.yml"),
            _passes("zizmor", "zizmor", "--offline", "--no-progress", "--strict-collection",
                    "--persona=pedantic", ROOT / ".github"),
        ]
    )  # fmt: skip
    for lock in LOCKS:
        verdict, said = judged(_asked(lock))
        print(f"pip-audit, {lock}: {said}")
        good &= verdict or (verdict is None and not os.environ.get("CI"))
    return int(not good)


def _passes(what: str, module: str, *arguments) -> bool:
    done = subprocess.run(
        [_tool(module), *map(str, arguments)], cwd=ROOT, capture_output=True, text=True
    )
    print(f"{what}: {'clean' if done.returncode == 0 else done.stdout + done.stderr}")
    return done.returncode == 0


def _tool(name: str) -> str:
    """The command of this name, beside the Python that runs this."""
    return str(Path(sys.executable).parent / name.replace("_", "-"))


def _asked(lock: str) -> str:
    """What pip-audit says of a pinned file, as JSON; "" where it says nothing."""
    command = [_tool("pip_audit"), "--require-hashes", "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "-r", lock]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout


def judged(report: str) -> tuple[bool | None, str]:
    """(whether it is clean, in words): None where pip-audit didn't get an answer for each pin."""
    try:
        found: Sequence[dict] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return None, "NOT RUN: it reached nobody to ask"
    known = [f"{d['name']} {d['version']}: {v['id']}" for d in found for v in d.get("vulns", ())]
    skipped = [d["name"] for d in found if "skip_reason" in d]
    if known:
        return False, "\n  ".join([f"{len(known)} known vulnerabilities", *known])
    if skipped or not found:
        return None, f"NOT RUN: no answer for {len(skipped)} of {len(found)} packages"
    return True, f"no known vulnerability in {len(found)} packages"


if __name__ == "__main__":
    sys.exit(main())
