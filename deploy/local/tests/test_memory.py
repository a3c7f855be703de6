"""Memory goes back to the system when what it was taken for is gone."""

import subprocess
import sys

# Each buffer is of a picture's size, and each thread would have a heap of its own.
PROGRAM = """
import re, threading
from pathlib import Path
from saisei_local.memory import give_memory_back
give_memory_back()
def resident():
    return int(re.search(r"Rss:\\s+(\\d+)", Path("/proc/self/smaps_rollup").read_text())[1]) // 1024
kept = []
def work(barrier):
    barrier.wait()
    pictures = [bytearray(b"x") * size for size in range(400_000, 8_000_000, 400_000)]
    barrier.wait()
    kept.append(bytearray(b"x") * 100_000)
    del pictures
def crew():
    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=work, args=(barrier,)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
for _ in range(4):
    crew()
print(resident())
"""


def test_buffers_of_many_threads_are_given_back():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 250  # Left to itself, it is above 400.
