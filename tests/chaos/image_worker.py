"""`saisei run image`, less patient with an order that stays unanswered: `python image_worker.py SECONDS [still]`.

With `still` an armed crash point lets the process stand still instead of ending it.
"""

import signal
import sys
from functools import partial

from chassis import crashpoints
from image_service import worker
from image_service.ordering import Patience
from saisei_local.run import run_services

if __name__ == "__main__":
    seconds, *how = sys.argv[1:]
    worker.Patience = partial(Patience, order_timeout=float(seconds))  # pyright: ignore[reportAttributeAccessIssue]
    if how:
        crashpoints.SIGNAL = signal.SIGSTOP
    run_services(["image"])
