"""What is shipped: every file of the package, and pinned requirements that name no machine."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

CHECKOUT = Path(__file__).resolve().parents[1]
REQUIREMENTS = CHECKOUT / "requirements"


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    """Policies, dictionaries, grammar and the typing mark travel with the code."""
    source = CHECKOUT / "src"
    below = (path.relative_to(source) for path in source.rglob("*") if path.is_file())
    # Tools leave their caches in folders that are hidden or called __pycache__.
    files = {
        path.as_posix()
        for path in below
        if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    }

    [wheel] = WheelBuilder(str(CHECKOUT)).build(directory=str(tmp_path))

    assert "multifidus/py.typed" in files
    assert set() == files - set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.name)
def test_pinned_requirements_name_versions_and_hashes_only(path: Path) -> None:
    """Where a package comes from is the reader's choice: no address, no index, no folder."""
    text = path.read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert "make lock" in text
    assert [] == re.findall(r"\w+://\S*|--(?!hash=sha256:)\S+|(?<![\w.])/\S+", text)
    assert [] == [pin for pin in pins if not re.match(r"[\w.-]+==\S+( ; .+)? \\$", pin)]


def test_every_runtime_requirement_is_pinned() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=]", each, maxsplit=1)[0].lower() for each in project["dependencies"]}
    pins = (REQUIREMENTS / "runtime.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)

    assert set() == wanted - set(pinned)


def test_the_system_packages_that_ci_installs_stand_in_the_readme() -> None:
    """Whoever runs the tests is told what they need; Node may be there already."""
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    blocks = re.findall(r"system_packages\+?=\(([^)]*)\)", script)
    packages = {name for block in blocks for name in block.split()}
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")

    assert {"chromium", "nodejs", "openjdk-17-jre-headless"} <= packages
    assert set() == {name for name in packages if f"`{name}`" not in readme}
