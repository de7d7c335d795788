"""Everything the app does, without the app: ``python -m nmr_core COMMAND``.

One file a command: ``add(commands)`` describes it, ``run(args)`` does it and prints the result.

    entry.py      from arguments to exit code: 0 done, 1 failed or interrupted, 2 wrong use
    arguments.py  texts from the command line -> numbers, names, folders
    output.py     results on stdout: tables, and JSON without NaN
    ticker.py     progress on stderr
    interrupt.py  Ctrl-C
    parser.py     the commands, and errors of argparse as sentences
"""

from nmr_core.cli.entry import main

__all__ = ["main"]
