"""Lets a supervisor that has this folder on its path start a process again at once, however often it has died.

Its pauses are there for processes that cannot live. Those that a test kills can, and are worth most while they do.
"""

from saisei_local import backoff

backoff.LONGEST_PAUSE = backoff.FIRST_PAUSE
