"""The scripts make their virtual environments anew where the lock has changed."""

import os
import subprocess
import venv
from pathlib import Path

from tests.support.paths import ROOT


def test_a_new_environment_is_not_made_with_the_python_of_the_one_that_is_removed(tmp_path: Path) -> None:
    venv.create(tmp_path / "active", symlinks=True)
    path = f"{tmp_path / 'active' / 'bin'}{os.pathsep}{os.environ['PATH']}"

    said = subprocess.run(
        ["sh", "-c", ". scripts/venv; find_python"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHON"} | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    found = Path(said.stdout.strip())
    assert found.is_file()
    assert tmp_path not in found.parents
