"""10^5 damaged files through every reader of measurements and of data sets.

    python benchmarks/fuzz_readers.py [--files 100000] [--first 0] [--out FILE.jsonl]

Each file is read in a child process with limits. A fault is an exception that is no sentence, a
sentence that is not clean, more than 5 s of processor time, more than 500 MB of memory, the end of
the process, or numbers that the file's own header or checksum contradicts. The file of results is
continued where it ends; the table counts what it holds. tests/io/fuzzing.py makes the files.
"""

import argparse
import json
import os
import resource
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "io")]

SECONDS = 5.0
"""Processor time of one file."""
MEMORY = 500e6
"""Bytes beyond those before the first file."""
ADDRESSES = 1.5e9
"""Bytes of addresses beyond those before the first file, where the kernel stops the process."""
OUT = Path(tempfile.gettempdir()) / "fuzz_readers.jsonl"


def main() -> None:
    """Read the files, or as a child those that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--out", type=Path, default=OUT, help="file of results, continued")
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        _work(*args.child)
        return
    done = _done(args.out)
    todo = [k for k in range(args.first, args.first + args.files) if k not in done]
    stop = args.first + args.files
    with args.out.open("a") as out:
        while todo:
            last = _run(todo[0], stop, out)
            todo = [k for k in todo if k > last]
    _table(args.out)


def _done(path: Path) -> set[int]:
    if not path.exists():
        return set()
    return {
        json.loads(line)["case"] for line in path.read_text().splitlines() if line.endswith("}")
    }


def _run(first: int, stop: int, out) -> int:
    """Read files from ``first`` on in one child, until it ends; returns the last file."""
    command = [sys.executable, __file__, "--child", str(first), str(stop)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    usage = psutil.Process(child.pid)
    expected, before, is_ready, buffer = first, 0.0, False, b""
    reason = "the process ended"
    while True:
        if select.select([child.stdout], [], [], 0.5)[0]:
            piece = os.read(child.stdout.fileno(), 1 << 16)
            if not piece:
                break
            buffer += piece
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                if line == b"ready":
                    is_ready, before = True, _cpu(usage)
                    continue
                out.write(line.decode() + "\n")
                expected, before = json.loads(line)["case"] + 1, _cpu(usage)
            out.flush()
        elif is_ready and _cpu(usage) - before > SECONDS:
            reason = f"more than {SECONDS:g} s"
            child.kill()
            break
    child.wait()
    shutil.rmtree(Path(tempfile.gettempdir()) / f"fuzz-{child.pid}", ignore_errors=True)
    if expected >= stop:
        return stop
    if child.returncode == 0:  # it left by itself to be replaced
        return expected - 1
    answer = {"case": expected, "kind": "", "what": "", "answer": f"{reason} ({child.returncode})"}
    out.write(json.dumps(answer) + "\n")
    return expected


def _cpu(usage: psutil.Process) -> float:
    try:
        return sum(usage.cpu_times()[:2])
    except psutil.Error:
        return 0.0


def _work(first: int, stop: int) -> None:
    """The child: one line of JSON per file, until the memory of one is too much."""
    from fuzzing import KINDS, case, original, outcome, put

    scratch = Path(tempfile.gettempdir()) / f"fuzz-{os.getpid()}"
    scratch.mkdir()
    for kind in KINDS:
        original(kind, scratch)
    for k in range(len(KINDS)):  # what is imported and compiled at the first use
        folder = scratch / "first"
        outcome(one := case(k, scratch), put(one, folder))
        shutil.rmtree(folder)
    addresses = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (int(addresses + ADDRESSES), resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print("ready", flush=True)
    for k in range(first, stop):
        folder = scratch / "file"
        one = case(k, scratch)
        path = put(one, folder)
        start = time.process_time()
        answer = outcome(one, path)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
        if peak > MEMORY:
            answer = f"{peak / 1e6:.0f} MB of memory; {answer}"
        elif seconds > SECONDS:
            answer = f"{seconds:.1f} s; {answer}"
        result = {"case": k, "kind": one.kind, "what": one.what, "answer": answer}
        print(json.dumps(result | {"ms": round(1e3 * seconds, 1)}), flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        if peak > MEMORY:
            break  # the peak of a process never falls
    shutil.rmtree(scratch, ignore_errors=True)


def _table(path: Path) -> None:
    """Print the counts per kind, and the faults."""
    results = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
    kinds = sorted({result["kind"] for result in results})
    counts = Counter(
        (r["kind"], r["answer"] if r["answer"] in ("read", "refused") else "faults")
        for r in results
    )
    slowest = {kind: max(r.get("ms", 0) for r in results if r["kind"] == kind) for kind in kinds}
    print("| files of | read | refused | faults | slowest |\n|---|---|---|---|---|")
    for kind in kinds:
        numbers = [counts[kind, answer] for answer in ("read", "refused", "faults")]
        cells = " | ".join(f"{number:,}" for number in numbers)
        print(f"| {kind} | {cells} | {slowest[kind] / 1e3:.2f} s |")
    totals = [
        sum(counts[kind, answer] for kind in kinds) for answer in ("read", "refused", "faults")
    ]
    print(f"| all | {' | '.join(f'{number:,}' for number in totals)} | |")
    for result in results:
        if result["answer"] not in ("read", "refused"):
            print(f"case {result['case']} ({result['kind']}, {result['what']}): {result['answer']}")


if __name__ == "__main__":
    main()
