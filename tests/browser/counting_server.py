"""Streamlit with every simulation of a page written to simulations.log in the data folder: "start"
and "end", a line each. While the folder has a file "hold", none comes to its end: so moves of a
slider come faster than echoes however busy the machine is."""

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # this script's own folder is there otherwise

from streamlit.web.cli import main

from nmr_core.simulator.batch import Batch

LOG = Path(os.environ["NMR_DATA"]) / "simulations.log"
HOLD = LOG.with_name("hold")
_run = Batch.run


def _logged(self, *args, **options):
    if threading.current_thread().name == "warm-up":  # not asked for by a page
        return _run(self, *args, **options)
    with LOG.open("a") as log:
        log.write("start\n")
    while HOLD.exists():
        time.sleep(0.02)
    result = _run(self, *args, **options)
    with LOG.open("a") as log:
        log.write("end\n")
    return result


Batch.run = _logged
sys.exit(main())
