"""The benchmark runs, reports finite numbers and says what it extrapolated. No assertion on speed."""

import json
import math

import pytest

from nmr_core.benchmark import Benchmark, run_benchmark
from nmr_core.errors import InputError


@pytest.fixture(scope="module")
def reports():
    return []


@pytest.fixture(scope="module")
def benchmark(reports) -> Benchmark:
    return run_benchmark(n_x=8, n_y=8, n_curves=3, repeats=1, progress=lambda *args: reports.append(args))


def _numbers(value):
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers(item)]
    return [] if isinstance(value, str) else [value]


def test_every_number_is_finite_and_positive(benchmark):
    report = benchmark.to_dict()
    assert 0 <= report.pop("busy_percent") <= 100
    numbers = _numbers(report)
    assert len(numbers) > 20
    assert all(math.isfinite(number) and number > 0 for number in numbers)


def test_to_dict_is_json(benchmark):
    assert json.loads(json.dumps(benchmark.to_dict(), allow_nan=False)) == benchmark.to_dict()


def test_ratios_are_of_the_reported_times(benchmark):
    assert benchmark.ratios["echo_over_fft"] == pytest.approx(benchmark.echo_ms / benchmark.fft_ms)
    assert benchmark.ratios["reference_over_echo"] == pytest.approx(
        benchmark.n_steps * (benchmark.pairs_ms + benchmark.expm_ms) / benchmark.echo_ms)


def test_counts(benchmark):
    assert benchmark.n_steps == 471
    assert benchmark.n_curves == 32  # three, rounded up to the batch that a lattice of 64 spins gets
    assert (benchmark.pair_rows, benchmark.expm_spins) == (8, 64)


def test_text_names_what_was_extrapolated_and_the_machine(benchmark):
    text = str(benchmark)
    starred = [line for line in text.splitlines() if " * " in line]
    assert len(starred) == 2
    assert "* Extrapolated." in text
    assert "times 471 steps" in text
    assert benchmark.machine in text
    assert all(len(line) <= 130 for line in text.splitlines())


def test_progress_reaches_the_end(benchmark, reports):
    assert [done for done, _, _ in reports] == sorted(done for done, _, _ in reports)
    assert reports[-1][0] == reports[-1][1]


@pytest.mark.parametrize("wrong", [{"n_x": 0}, {"n_curves": 0}, {"repeats": 0}])
def test_impossible_sizes_are_refused(wrong):
    with pytest.raises(InputError):
        run_benchmark(**wrong)
