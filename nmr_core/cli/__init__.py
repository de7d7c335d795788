"""Everything that the app does, without the app: ``python -m nmr_core COMMAND``.

One file per command: ``add(commands)`` describes it, ``run(args)`` carries it out and prints the
result.

    entry.py      arguments -> exit code: 0 done, 1 failed or interrupted, 2 wrong use
    parser.py     the commands; errors of argparse as sentences
    arguments.py  texts of the command line -> numbers, names, folders
    output.py     results on stdout: tables and JSON
    ticker.py     progress on stderr
    interrupt.py  Ctrl-C
"""

from nmr_core.cli.entry import main

__all__ = ["main"]
