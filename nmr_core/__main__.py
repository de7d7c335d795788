"""``python -m nmr_core``: the command line."""

import sys

from nmr_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
