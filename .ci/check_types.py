"""Run mypy and fail when it finds more errors than .ci/mypy_baseline allows.

That number may only fall.
"""

import re
import subprocess
import sys
from pathlib import Path

BASELINE = Path(__file__).with_name("mypy_baseline")


def main() -> int:
    """Exit code: 0, or 1 where errors were added or mypy itself failed."""
    answer = subprocess.run([sys.executable, "-m", "mypy"], capture_output=True, text=True)
    *_, summary = answer.stdout.splitlines() or [answer.stderr]
    count = re.match(r"Found (\d+) errors?", summary)
    if not count and not summary.startswith("Success"):
        print(answer.stdout + answer.stderr)
        return 1
    n_errors, allowed = int(count[1]) if count else 0, int(BASELINE.read_text())
    if n_errors > allowed:
        print(answer.stdout)
        print(
            f"mypy: {n_errors} errors, at most {allowed} are allowed. Correct those that you added."
        )
        return 1
    print(f"mypy: {n_errors} errors, {allowed} allowed.")
    if n_errors < allowed:
        print(f"Write {n_errors} into {BASELINE}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
