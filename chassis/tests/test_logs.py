"""Log lines that cannot be written are lost; whoever wrote them goes on."""

import json
import subprocess
import sys

PROGRAM = """
import structlog
from chassis.logs import configure_logs
configure_logs("INFO")
log = structlog.get_logger()
log.debug("unheard")
log.info("told", n=1)
log.error("failed", exc_info=ValueError("x"))
print("went on")
"""


def test_line_that_finds_no_room_stops_nobody():
    with open("/dev/full", "w") as full:  # noqa: PTH123 - it is a device.
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], stderr=full, stdout=subprocess.PIPE, text=True, check=True
        )
    assert done.stdout == "went on\n"


def test_lines_are_json_of_their_level_and_above():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    told, failed = map(json.loads, done.stderr.splitlines())
    assert (told["event"], told["level"], told["n"]) == ("told", "info", 1)
    assert (failed["level"], failed["exception"]) == ("error", "ValueError: x")
