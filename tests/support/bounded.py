"""Runs a few lines in a process of their own, which must refuse or end within five seconds of work and 300 MB."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

SECONDS, MEGABYTES = 5.0, 300
_AROUND = """
import resource, sys
from arflow.errors import ArflowError
try:
    {body}
except ArflowError as refusal:
    print(refusal.message, file=sys.stderr)
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # without what its parent took
print(used.ru_utime + used.ru_stime, int(peak.split()[1]) // 1024)
"""


class Found(NamedTuple):
    """What was printed, and how it was refused."""

    said: str
    refusal: str


def bounded(body: str, *given: str) -> Found:
    """What the lines said and refused; a traceback, more time or more memory fails the test."""
    lines = _AROUND.format(body=body.strip().replace("\n", "\n    "))
    path = os.pathsep.join([str(Path(__file__).parents[2] / "src"), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", lines, *given], capture_output=True, text=True, check=False, env={"PYTHONPATH": path}
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    *said, used = done.stdout.strip().splitlines()
    seconds, megabytes = used.split()
    assert float(seconds) < SECONDS, used
    assert int(megabytes) < MEGABYTES, used
    return Found(said="\n".join(said), refusal=done.stderr.strip())
