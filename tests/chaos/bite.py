"""Promise 17: the tests of the promises fail when the protection that they are about is taken away.

Each group of tests runs as it is, which must pass, and without its protection, where a test must fail: `make bite`.
Names of protections as arguments pick some.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS = 600

TESTS = {
    "inbox": ("test_promise_05_once.py", "promise_05"),
    "versions": ("test_promise_04_versions.py", "promise_04"),
    "epochs": ("test_fencing.py", "promise_10 and after_intent"),
    "ledger": ("test_many_jobs_under_fire.py", "promise_13 and many_jobs_on"),
    "mandatory": ("test_promise_06_unroutable.py", "promise_06"),
    "confirms": ("test_promise_05_once.py", "promise_07"),
    "transaction": ("test_promise_01_atomicity.py", "promise_01 and after_commit"),
    "signatures": ("test_promise_14_webhooks.py", "promise_14 and forged"),
    "open": ("../../chassis/tests/test_acknowledging.py", "still_being_handled"),
    "sweep": ("test_promise_02_no_loss.py", "promise_02 and after_publish"),
}
"""By protection, the file and the names of the tests that are about it."""


def main() -> int:
    """Tells of each run; 0 when the tests pass with every protection and fail without the one they are about."""
    results: list[bool] = []
    for name in sys.argv[1:] or TESTS:
        for without in ("", name):
            status, failed = _run(without, *TESTS[name])
            # 1 means that tests ran and failed; a run that could not collect or start them ends otherwise.
            results.append(status == bool(without) and bool(failed) == bool(without))
            said = f"without {name}" if without else f"with {name}"
            sys.stdout.write(f"{'ok ' if results[-1] else 'NOT'} {said}: {failed or f'status {status}'}\n")
            sys.stdout.flush()
    return 0 if all(results) else 1


def _run(without: str, file: str, names: str) -> tuple[int, str]:
    """The exit status of pytest, and the names of the tests that failed."""
    environment = os.environ | {"CHAOS_WITHOUT": without, "PYTHONPATH": str(HERE / "unprotected")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=line",
        "-p",
        "no:cacheprovider",
        "-m",
        "",
        str(HERE / file),
        "-k",
        names,
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS)
    return done.returncode, ", ".join(re.findall(r"^FAILED \S+?::(\S+)", done.stdout, re.MULTILINE))


if __name__ == "__main__":
    raise SystemExit(main())
