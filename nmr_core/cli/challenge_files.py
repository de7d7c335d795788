"""Files that ``challenge`` writes."""

import io
from argparse import Namespace
from pathlib import Path

from nmr_core.cli.output import show_json, size_text


def template(args: Namespace) -> None:
    """Write the CSV file that can be submitted."""
    from nmr_core.challenge import load, template_csv

    _write(args, template_csv(load(args.id)), f"{args.id}.csv")


def curves(args: Namespace) -> None:
    """Write the test curves as an NPZ file."""
    import numpy as np

    from nmr_core.challenge import load, test_signals

    curves = test_signals(load(args.id))
    content = io.BytesIO()
    arrays = {"sample": curves.sample, "time": curves.time, "signals": curves.signals}
    np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
    _write(args, content.getvalue(), f"{args.id}.npz")


def export(args: Namespace) -> None:
    """Write the zip file of everything."""
    from nmr_core import challenge

    _write(args, challenge.export(challenge.load(args.id)), f"{args.id}.zip")


def _write(args: Namespace, content: bytes, name: str) -> None:
    from nmr_core.storage.files import write_file

    path = Path(args.output or name)
    write_file(path, lambda temporary: temporary.write_bytes(content))
    if args.json:
        show_json({"file": path, "bytes": len(content)})
    else:
        print(f"{path} ({size_text(len(content))})")
