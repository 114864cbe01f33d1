"""The workflows say what they may do, and a release is what it says; `make audit` asks for more."""

import json
import re
from pathlib import Path

import pytest
import yaml

import bpdemo
from tools import audit, release
from tools.site import compiled, parts

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
JOBS = [(file, job) for file, flow in WORKFLOWS.items() for job in flow["jobs"]]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def steps(file, job):
    return WORKFLOWS[file]["jobs"][job]["steps"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_with_its_version(path):
    for used in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_an_action_has_one_commit():
    used = {u for path in FILES for u in re.findall(r"uses: (.*)", path.read_text("utf-8"))}
    assert len(used) == len({u.partition("@")[0] for u in used})


@pytest.mark.parametrize("file", WORKFLOWS)
def test_a_workflow_may_read_at_most_and_runs_once(file):
    flow = WORKFLOWS[file]
    assert flow["permissions"] in ({}, {"contents": "read"})
    assert flow["concurrency"]["group"]
    assert "pull_request_target" not in flow[True] and "workflow_run" not in flow[True]  # `on`


MAY = {
    ("site", "publish"): {"pages": "write", "id-token": "write"},
    ("release", "build"): {"contents": "read"},
    ("release", "publish"): {"id-token": "write"},
    ("release", "announce"): {"contents": "write"},
}


@pytest.mark.parametrize(("file", "job"), JOBS)
def test_a_job_has_a_limit_and_no_right_that_it_does_not_need(file, job):
    told = WORKFLOWS[file]["jobs"][job]
    assert told["timeout-minutes"] <= 60
    assert told.get("permissions") == MAY.get((file, job))
    for step in steps(file, job):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        # What somebody else may write is no part of a script's text.
        assert "${{" not in step.get("run", "")


def test_no_secret_is_named():
    for path in FILES:
        assert "secrets." not in path.read_text(encoding="utf-8")


def test_the_site_s_cache_knows_all_that_what_it_keeps_is_made_from():
    (key,) = [
        s["with"]["key"] for s in steps("site", "build") if "actions/cache@" in s.get("uses", "")
    ]
    patterns = re.findall(r"'([^']+)'", key)
    known = {path for pattern in patterns for path in ROOT.glob(pattern)}
    made_from = {parts.LIST, Path(parts.__file__), Path(compiled.__file__), *compiled.SCRIPTS}
    assert made_from | {ROOT / "requirements-test.txt"} <= known


def test_the_site_s_cache_starts_from_the_last_one():
    (cache,) = [s["with"] for s in steps("site", "build") if "actions/cache@" in s.get("uses", "")]
    assert cache["key"].startswith(cache["restore-keys"])


# --- a release -----------------------------------------------------------------------------------


def test_a_release_checks_builds_and_tries_before_it_publishes():
    flow = WORKFLOWS["release"]
    assert flow[True] == {"push": {"tags": ["v*"]}}
    runs = [step["run"] for step in steps("release", "build") if "run" in step]
    asked = re.findall(r"tools\.release (\w+)", "\n".join(runs))
    assert asked == ["check", "build", "try", "notes"]
    assert flow["jobs"]["publish"]["needs"] == "build"
    assert flow["jobs"]["announce"]["needs"] == "publish"
    assert flow["jobs"]["publish"]["environment"] == "pypi"
    *_, publish = steps("release", "publish")
    assert publish["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert publish["with"] == {"packages-dir": "dist/", "attestations": True}
    assert not any("actions/cache@" in step.get("uses", "") for step in steps("release", "build"))


def test_the_version_is_read_where_it_stands():
    assert release.version() == bpdemo.__version__


LOG = "## [Unreleased]\n\n- x\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- y\n\n## [1.1.0]\n"
CITED = 'version: 1.2.0\ndate-released: "2026-12-01"\n'


def test_a_tag_that_fits_passes():
    release.check("v1.2.0", "1.2.0", LOG, CITED)
    assert release.notes(LOG, "1.2.0") == "### Added\n\n- y\n"


@pytest.mark.parametrize(
    ("tag", "version", "log", "cited", "said"),
    [
        ("v1.2.1", "1.2.0", LOG, CITED, "the tag is v1.2.1, and the version is 1.2.0"),
        ("1.2.0", "1.2.0", LOG, CITED, "expected v1.2.0"),
        ("v1.3.0", "1.3.0", LOG, CITED, "no heading"),
        ("v1.1.0", "1.1.0", LOG, CITED, "no heading"),
        ("v1.2.0", "1.2.0", LOG.replace("### Added\n\n- y\n", ""), CITED, "says nothing"),
        ("v1.2.0", "1.2.0", LOG, CITED.replace("1.2.0", "1.1.0"), "CITATION.cff has"),
        ("v1.2.0", "1.2.0", LOG, "version: 1.2.0\n", "CITATION.cff has"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(tag, version, log, cited, said):
    with pytest.raises(release.ReleaseError, match=re.escape(said)):
        release.check(tag, version, log, cited)


def test_nothing_else_is_published(tmp_path):
    (tmp_path / "old.whl").write_bytes(b"")
    with pytest.raises(release.ReleaseError, match="isn't empty"):
        release.build(tmp_path)


def test_what_is_built_is_a_wheel_and_its_source(tmp_path):
    built = sorted(path.name for path in release.build(tmp_path / "dist"))
    stem = f"bpdemo-{bpdemo.__version__}"
    assert built == [f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"]
    assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == built


def test_without_its_one_wheel_nothing_is_tried(tmp_path):
    with pytest.raises(release.ReleaseError, match="has 0 wheels"):
        release.tried(tmp_path, tmp_path / "environment")


def test_the_command_says_in_a_line_what_does_not_fit(capsys):
    assert release.main(["check", "v0.0.0.dev9"]) == 1
    out, err = capsys.readouterr()
    assert not out and "the tag is v0.0.0.dev9" in err and err.count("\n") == 1


def test_citation_says_what_the_package_is():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert str(cited["version"]) == bpdemo.__version__
    assert cited["license"] == "MIT" and cited["type"] == "software"


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")), ids=str)
def test_an_issue_s_form_is_whole(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.name == "config.yml":
        assert form == {"blank_issues_enabled": True}
        return
    assert form["name"] and form["description"] and form["labels"]
    for field in form["body"]:
        assert field["type"] in ("textarea", "input") and field["attributes"]["label"]
    assert any(field.get("validations", {}).get("required") for field in form["body"])


# --- the audit -----------------------------------------------------------------------------------


def package(name, *ids, **more):
    return {"name": name, "version": "1.0", "vulns": [{"id": i} for i in ids], **more}


@pytest.mark.parametrize(
    ("dependencies", "clean", "said"),
    [
        ([package("a"), package("b")], True, "no known vulnerability in 2 packages"),
        ([package("a"), package("b", "X-1", "X-2")], False, "b 1.0: X-2"),
        ([package("a"), {"name": "b", "skip_reason": "?"}], None, "no answer for 1 of 2 packages"),
        ([package("a", "X-1"), {"name": "b", "skip_reason": "?"}], False, "1 known"),
        ([], None, "NOT RUN"),
    ],
)
def test_an_answer_that_is_not_whole_is_not_clean(dependencies, clean, said):
    verdict, words = audit.judged(json.dumps({"dependencies": dependencies}))
    assert verdict is clean and said in words


def test_no_answer_is_not_clean():
    assert audit.judged("")[0] is None and audit.judged("{}")[0] is None


def test_all_that_is_pinned_is_audited():
    assert set(audit.LOCKS) | {"requirements.txt"} == {
        p.name for p in ROOT.glob("requirements*.txt")
    }
    assert audit.WORKFLOWS == FILES
