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


# What is freed after the last growth lies between blocks that are kept, where only a trim gives it back.
AT_REST = """
import asyncio
from saisei_local import memory
memory.TRIM_EVERY = 0.05
memory.give_memory_back()
def resident():
    return memory._pages() * 4 // 1024
async def main():
    keeping = asyncio.create_task(memory.keep_small())
    blocks = [bytes(1000) for _ in range(150_000)]
    await asyncio.sleep(0.2)
    sum(range(3_000_000))
    blocks = blocks[::1000]
    for _ in range(200):
        await asyncio.sleep(0.05)
        if resident() < 80:
            break
    keeping.cancel()
    print(resident())
asyncio.run(main())
"""


def test_a_process_at_rest_keeps_nothing_of_its_last_work():
    done = subprocess.run([sys.executable, "-c", AT_REST], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 80


# What was freed at the end of a heap of its own, no trim would give back.
OF_A_THREAD = """
import ctypes, threading
from saisei_local import memory
memory.give_memory_back()
def resident():
    return memory._pages() * 4 // 1024
def work():
    blocks = [bytearray(b"x") * 100_000 for _ in range(140)]
    blocks.clear()
before = resident()
thread = threading.Thread(target=work)
thread.start()
thread.join()
ctypes.CDLL(None).malloc_trim(0)
print(resident() - before)
"""


def test_what_a_thread_freed_is_given_back():
    done = subprocess.run([sys.executable, "-c", OF_A_THREAD], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5
