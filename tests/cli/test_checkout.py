"""What a checkout offers who works on it: targets that tell of themselves, and workflows and hooks that call
them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import CHECKOUT

WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^\.PHONY: (.*)$", (CHECKOUT / "Makefile").read_text(), re.M)[0].split())
CHECK = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]


def steps(workflow: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(workflow.read_text())["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def called(text: str) -> set[str]:
    """The targets that a line calls."""
    return set(re.findall(r"\bmake ([a-z]+)", text))


def test_make_alone_lists_every_target() -> None:
    said = subprocess.run(["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([a-z-]+) +\S", said, re.M)) == TARGETS


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_one_and_calls_targets_that_there_are(workflow: Path) -> None:
    done = subprocess.run([*CHECK, str(workflow)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert called(" ".join(step.get("run", "") for step in steps(workflow))) <= TARGETS


def test_a_workflow_that_is_none_is_refused(tmp_path: Path) -> None:
    (broken := tmp_path / "broken.yml").write_text(WORKFLOWS[0].read_text().replace("runs-on:", "runs_on:"))
    assert (
        "'runs-on' is a required property"
        in subprocess.run([*CHECK, str(broken)], capture_output=True, text=True).stdout
    )


def test_every_python_that_is_tested_is_one_that_is_allowed() -> None:
    jobs = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "checks.yml").read_text())["jobs"]
    assert jobs["unit"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert 'requires-python = ">=3.11"' in (CHECKOUT / "pyproject.toml").read_text()


def test_what_a_commit_must_pass_is_what_a_person_runs() -> None:
    (hooks,) = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [called(hook["entry"]) for hook in hooks["hooks"]] == [{"lint"}, {"check"}]
