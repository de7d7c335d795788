"""The benchmark runs, reports finite numbers and says what it extrapolated.

No assertion on speed.
"""

import json
import math

import pytest

from nmr_core import Sample
from nmr_core.benchmark import Benchmark, run_benchmark
from nmr_core.benchmark.processes import measure_fresh
from nmr_core.benchmark.result import size_table
from nmr_core.errors import FailedError, InputError
from nmr_core.presets import preset
from nmr_core.simulator.batch import batch_size

SIZE = batch_size(Sample(8, 8))


@pytest.fixture(scope="module")
def reports():
    return []


@pytest.fixture(scope="module")
def benchmark(reports) -> Benchmark:
    return run_benchmark(
        n_x=8,
        n_y=8,
        n_curves=3,
        repeats=1,
        sides=(4, 8),
        progress=lambda *args: reports.append(args),
    )


def _numbers(value):
    if isinstance(value, dict | list):
        return [
            number
            for item in (value.values() if isinstance(value, dict) else value)
            for number in _numbers(item)
        ]
    return [] if isinstance(value, str) else [value]


def test_every_number_is_finite_and_positive(benchmark):
    report = benchmark.to_dict()
    assert 0 <= report.pop("busy_percent") <= 100
    numbers = _numbers(report)
    assert len(numbers) > 45
    assert all(math.isfinite(number) and number > 0 for number in numbers)


def test_to_dict_is_json(benchmark):
    assert json.loads(json.dumps(benchmark.to_dict(), allow_nan=False)) == benchmark.to_dict()


def test_ratios_are_of_the_reported_times(benchmark):
    assert benchmark.ratios["echo_over_fft"] == pytest.approx(benchmark.echo_ms / benchmark.fft_ms)
    assert benchmark.ratios["larger_echo_over_fft"] == pytest.approx(
        benchmark.larger_echo_ms / benchmark.larger_fft_ms
    )
    assert benchmark.ratios["midpoint_over_euler"] == pytest.approx(
        benchmark.midpoint_ms / benchmark.echo_ms
    )
    assert benchmark.ratios["many_over_few"] == pytest.approx(benchmark.many_ms / benchmark.few_ms)
    assert benchmark.ratios["reference_over_echo"] == pytest.approx(
        benchmark.n_steps * (benchmark.pairs_ms + benchmark.expm_ms) / benchmark.echo_ms
    )


def test_counts(benchmark):
    assert benchmark.n_steps == 471
    # Three, rounded up to the batch that a lattice of 64 spins gets
    assert benchmark.n_curves == SIZE
    assert (benchmark.pair_rows, benchmark.expm_spins) == (8, 64)
    assert benchmark.few == SIZE


def test_a_fresh_process_takes_longer_outside_than_inside_and_longest_is_not_the_import(benchmark):
    assert benchmark.fresh_s > benchmark.fresh_inside_s > benchmark.import_ms / 1e3


def test_lattice_sizes(benchmark):
    small, large = benchmark.sizes
    assert [(size.side, size.n_sites, size.n_curves) for size in benchmark.sizes] == [
        (4, 16, SIZE),
        (8, 64, SIZE),
    ]
    assert small.over_n_log_n == 1  # without 64 × 64 the first is the unit
    assert large.over_n_log_n == pytest.approx(large.step_us / small.step_us * (16 * 4) / (64 * 6))
    assert large.spin_step_ns == pytest.approx(1e3 * large.step_us / 64)
    assert all(row in str(benchmark) for row in size_table(benchmark.sizes).splitlines())


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


def test_a_fresh_process_that_fails_says_why(monkeypatch):
    monkeypatch.setattr("nmr_core.benchmark.processes.FRESH", "raise SystemExit('no numba here')")
    with pytest.raises(FailedError, match="no numba here"):
        measure_fresh(preset("ml4sci_2020_secular"), 1, 1)
