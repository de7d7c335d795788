"""Streamlit with every simulation of a page written to simulations.log in the data folder: "start"
and "end", a line each. Each takes a second longer than it would, so that moves of a slider come
faster than echoes however busy the machine is."""

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # this script's own folder is there otherwise

from streamlit.web.cli import main

from nmr_core.simulator.batch import Batch

LOG = Path(os.environ["NMR_DATA"]) / "simulations.log"
_run = Batch.run


def _logged(self, *args, **options):
    if threading.current_thread().name == "warm-up":  # not asked for by a page
        return _run(self, *args, **options)
    with LOG.open("a") as log:
        log.write("start\n")
    time.sleep(1)
    found = _run(self, *args, **options)
    with LOG.open("a") as log:
        log.write("end\n")
    return found


Batch.run = _logged
sys.exit(main())
