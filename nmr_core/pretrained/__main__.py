"""Make the models that ship with the package, from simulated signals only.

    python -m nmr_core.pretrained                            all, then posteriors and the example
    python -m nmr_core.pretrained pretrained-measured        some
    python -m nmr_core.pretrained --curves 600 --calibration 200 --out /tmp/x    a small trial

    pretrained-ml4sci-2020            the four parameters of the 2020 challenge, as published
    pretrained-ml4sci-2020-secular    the same without counter-rotating terms
    pretrained-measured               the same from signals with the effects of a receiver
    pretrained-echo                   from the points after the second pulse alone, at any scale
    pretrained-kernel                 the kernel: Gaussian, power law or RKKY
    pretrained-kernel-angles          the same from four pulse angles of one sample
    posteriors                        joint posteriors of the runs in place that estimate numbers,
                                      but pretrained-echo
    example                           what the page My measurement shows of an example echo

Data sets, features and finished parts are stored in NMR_DATA (default ./data): the same command
continues what was interrupted, and makes nothing twice. A finished run replaces that in
nmr_core/pretrained. A posterior is learned from the run there, where it has none or was trained
again since.
"""

import argparse
from pathlib import Path

import nmr_core as nmr
from nmr_core.pretrained.making import (
    MAKERS,
    POSTERIORS,
    make,
    put_in_place,
    summary,
    write_measured_example,
    write_posteriors,
)
from nmr_core.progress import printed

HERE = Path(__file__).parent
EXAMPLE = "example"


def main() -> None:
    """Simulate, train, calibrate, and replace the shipped files."""
    parser = argparse.ArgumentParser(
        prog="python -m nmr_core.pretrained",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [*MAKERS, POSTERIORS, EXAMPLE]
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--curves", type=int, default=0, help="per run (default: as shipped)")
    parser.add_argument("--calibration", type=int, default=12_000, help="curves per calibration")
    parser.add_argument("--posterior", type=int, default=50_000, help="curves per posterior")
    parser.add_argument("--jobs", type=int, default=-1, help="processes (default: every core)")
    parser.add_argument("--out", type=Path, default=HERE, help="folder that is written")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in names]
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are {', '.join(names)}")
    for name in options.names or names:
        if name == EXAMPLE:
            # It belongs to the shipped run
            if options.out == HERE:
                write_measured_example()
            continue
        if name == POSTERIORS:
            lines = write_posteriors(
                options.out, n=options.posterior, n_jobs=options.jobs, progress=printed
            )
            print("\n" + "\n".join(lines or ["All posteriors are current."]))
            continue
        folder = make(
            name,
            n_curves=options.curves,
            n_jobs=options.jobs,
            n_calibration=options.calibration,
            progress=printed,
        )
        put_in_place(name, folder, options.out)
        print(f"\n{summary(nmr.load_run(folder / 'runs' / name))}")


if __name__ == "__main__":
    main()
