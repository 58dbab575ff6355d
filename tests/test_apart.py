"""Work done in a process apart, where the program that asks for it forks."""

import subprocess
import sys
from pathlib import Path

FORKS = """
import os
from arflow.apart import Apart

apart = Apart.lasting("work:who", seconds=5, gigabytes=1)
first = apart.do(b"parent")
asked = os.fork()
if not asked:
    own = apart.do(b"child")
    assert own.startswith(b"child ") and own.split()[1] != first.split()[1], own
    raise SystemExit(0)
again = apart.do(b"parent")
_, ended = os.waitpid(asked, 0)
assert ended == 0
assert apart.do(b"parent") == again == first, "the child ended what is the parent's, or took its answer"
print("both have their own")
"""


def test_a_program_that_forks_gets_its_own_answers_in_each_of_its_processes(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("import os\n\ndef who(said): return said + b' %d' % os.getpid()\n", "utf-8")
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", path + FORKS], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr, done.returncode) == ("both have their own\n", "", 0)
