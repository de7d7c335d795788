"""A series is estimated, simulated again, judged, stored and drawn."""

import io
import json
import re

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import load_run
from nmr_core.io.measurement import Measurement
from nmr_core.measured.answering import answer, ready
from nmr_core.measured.series import Item, Series, collect
from nmr_core.measured.series.answering import answer_series
from nmr_core.measured.series.choosing import chosen
from nmr_core.measured.series.code import series_code
from nmr_core.measured.series.job import requests_folder, series_job, store_series_request
from nmr_core.measured.series.result import list_series, load_series
from nmr_core.plots.palette import LIGHT
from nmr_core.plots.series import series_figure
from nmr_core.plots.series_report import series_report
from nmr_core.storage.spaces import usage

COUPLINGS = (0.06, 0.10, 0.14)
KELVIN = (300.0, 77.0, 4.2)
N_SEEDS = 20


@pytest.fixture(scope="module")
def run():
    return ready(load_run("pretrained-measured"))


@pytest.fixture(scope="module")
def items():
    """Echoes whose coupling grows as the temperature falls, and one of noise."""
    random = np.random.default_rng(3)

    def noise():
        return 0.004 * (random.normal(size=471) + 1j * random.normal(size=471))

    preset = nmr.preset("ml4sci_2020")
    items = []
    for k, (coupling, kelvin) in enumerate(zip(COUPLINGS, KELVIN, strict=True)):
        echo = nmr.simulate(preset.build(alpha=coupling, p=2.4), seed=k)
        signal = 3e4 * np.exp(0.7j) * (echo.signal + noise())
        name = f"T={kelvin:g}K.csv"
        items.append(Item(name, measurement=Measurement(echo.time, signal, name)))
    # Another physics: a second echo where the protocol has none
    signal = echo.signal + 0.4 * np.exp(-(((echo.time - 130) / 2) ** 2)) + noise()
    items.append(Item("T=150K.csv", measurement=Measurement(echo.time, 3e4 * signal, "T=150K.csv")))
    items.append(Item("T=200K.csv", problem="T=200K.csv is empty. Measure again."))
    return items


@pytest.fixture(scope="module")
def result(run, items):
    return answer_series(run, chosen(items, None, "monday"), n_seeds=N_SEEDS)


def test_rows_are_in_the_order_of_the_swept_quantity(result):
    assert list(result.table["value"][:4]) == [4.2, 77.0, 150.0, 300.0]
    assert list(result.table["file"])[-1] == "T=200K.csv"
    assert result.quantity.label == "temperature T (K)"


def test_intervals_hold_the_couplings(result):
    rows = result.table.set_index("file")
    for coupling, kelvin in zip(COUPLINGS, KELVIN, strict=True):
        row = rows.loc[f"T={kelvin:g}K.csv"]
        assert row["state"] == "estimated"
        width = row["high_alpha"] - row["low_alpha"]
        assert abs(row["predicted_alpha"] - coupling) < 3 * width


def test_an_outlier_is_marked_and_hidden(result):
    row = result.table.set_index("file").loc["T=150K.csv"]
    assert row["outlier"]
    assert row["applicability"] == "out of domain"
    assert row["state"] == "hidden"
    assert np.isnan(row["predicted_alpha"])
    assert row["quotable"] == "no"
    assert "out of the domain" in row["verdict"]


def test_a_file_that_was_not_read_keeps_its_reason(result):
    row = result.table.iloc[-1]
    assert (row["state"], row["verdict"]) == ("unreadable", "T=200K.csv is empty. Measure again.")
    assert "1 unreadable" in result.summary


def test_one_echo_of_a_series_is_answered_as_alone(run, items, result):
    """Sharing simulations changes p-values only within their resolution, estimates not at all."""
    alone = answer(run, [items[0].measurement], resimulate=False)
    row = result.table.set_index("file").loc[items[0].path]
    for name in ("alpha", "p", "d"):
        assert row[f"predicted_{name}"] == pytest.approx(alone.values[name], rel=1e-6)
        assert (row[f"low_{name}"], row[f"high_{name}"]) == pytest.approx(alone.interval(name))


def test_shared_simulations_are_those_of_one_echo(run, items):
    """An echo alone shares with nobody: p-value and simulations are those of ``resimulated``."""
    from nmr_core.measured.estimating import estimate
    from nmr_core.measured.for_run import prepare_for_run, resimulated
    from nmr_core.measured.series import resimulating

    prepared = prepare_for_run(run.run, [items[1].measurement], target=run.target)
    table = estimate(run.run, prepared, error_model=run.error_model)
    alone = resimulated(run.run, prepared, table.iloc[0], n_seeds=N_SEEDS)
    together = resimulating.resimulate_all(run.run, [prepared], table, n_seeds=N_SEEDS)
    assert together.n_errors == 1
    if alone.p_value >= resimulating.DOUBTFUL:
        assert together.results[0].p_value == alone.p_value
        np.testing.assert_array_equal(together.results[0].mean, alone.mean)
    else:
        assert together.results[0].n_seeds == resimulating.N_AGAIN


def test_echoes_share_errors_only_if_they_are_near(run, items):
    from dataclasses import replace

    from nmr_core.measured.series.resimulating import Estimate
    from nmr_core.measured.signals import Receiver

    preset = nmr.preset("ml4sci_2020")
    width = preset.space["alpha"].width
    values = {"alpha": 0.1, "xi": 3.0}
    one = Estimate(preset, values, items[0].measurement.signal, Receiver(0.005), ("alpha",))
    assert one.near(replace(one, values=values | {"alpha": 0.1 + 0.09 * width, "xi": 20.0}))
    assert not one.near(replace(one, values=values | {"alpha": 0.1 + 0.11 * width}))
    assert not one.near(replace(one, receiver=Receiver(0.01)))


def test_known_echoes_are_not_estimated_again(run, items, result, monkeypatch):
    """Watching adds one file: only that one is prepared."""
    from nmr_core.measured.series import answering

    prepared = []
    real = answering.prepare_for_run

    def counted(run, measurements, **options):
        prepared.append(measurements[0].name)
        return real(run, measurements, **options)

    monkeypatch.setattr(answering, "prepare_for_run", counted)
    new = Item("T=20K.csv", measurement=Measurement(*_copy(items[1]), "T=20K.csv"))
    longer = chosen([*items, new], None, "monday")
    again = answer_series(run, longer, n_seeds=N_SEEDS, previous=result)
    assert prepared == ["T=20K.csv"]
    assert again.id == result.id
    both = again.table[again.table["file"] != "T=20K.csv"].reset_index(drop=True)
    pd.testing.assert_frame_equal(both, result.table)
    other = answer_series(run, longer, n_seeds=0, previous=result)
    assert len(prepared) == 6
    assert other.table["p_value"].isna().all()


def _copy(item):
    """The echo of an item with other noise."""
    measurement = item.measurement
    random = np.random.default_rng(9)
    noise = 120 * (random.normal(size=471) + 1j * random.normal(size=471))
    return measurement.time, measurement.signal + noise


def test_an_open_question_is_not_answered(run, items):
    series = chosen([Item("cold.csv", measurement=items[0].measurement)], None, "x")
    with pytest.raises(InputError, match="No swept quantity"):
        answer_series(run, series)
    with pytest.raises(InputError, match="No swept quantity"):
        store_series_request(run.run, series)


@pytest.mark.parametrize("n_seeds", [1, 8, 13, 19, -1])
def test_so_few_simulations_that_none_is_rejected_are_refused(run, items, n_seeds):
    series = chosen(items[:2], None, "x")
    with pytest.raises(InputError, match=f"must be at least 20, got {n_seeds}: .*0 for none"):
        answer_series(run, series, n_seeds=n_seeds)
    with pytest.raises(InputError, match="must be at least 20"):
        store_series_request(run.run, series, n_seeds=n_seeds)
    with pytest.raises(InputError, match=f"must be at least 20, got {n_seeds}"):
        answer(run, [items[0].measurement], n_seeds=n_seeds)


def test_the_fewest_simulations_can_reject():
    from nmr_core.measured.verdict import FEWEST, REJECTED

    assert 1 / (FEWEST + 1) < REJECTED <= 1 / FEWEST


def test_other_protocols_are_rows_without_estimates(run, items):
    short = items[0].measurement
    cut = Measurement(short.time[:300], short.signal[:300], "T=9K.csv")
    series = chosen([*items[:2], Item("T=9K.csv", measurement=cut)], None, "x")
    result = answer_series(run, series, n_seeds=0)
    row = result.table.set_index("file").loc["T=9K.csv"]
    assert row["state"] == "other protocol"
    assert "300 points instead of 471" in row["verdict"]
    other = answer_series(run, series, group=2, n_seeds=0)
    assert other.table.set_index("file").loc["T=9K.csv", "state"] in ("not prepared", "hidden")


def test_a_result_is_stored_listed_and_read_again(result, data_folder):
    result.save()
    stored = load_series(result.id)
    pd.testing.assert_frame_equal(stored.table, result.table)
    assert stored.quantity == result.quantity
    (entry,) = list_series()
    assert (entry.id, entry.title, entry.problem) == (result.id, "monday", "")
    document = data_folder / "series" / result.id / "series.json"
    text = json.loads(document.read_text())
    text["value"]["level"] = "often"
    document.write_text(json.dumps(text))
    with pytest.raises(FailedError, match="series"):
        load_series(result.id)
    assert list_series()[0].problem


def test_a_series_that_grows_replaces_itself_and_can_be_restored(result, data_folder):
    from dataclasses import replace

    from nmr_core.storage import catalogue, trash
    from nmr_core.storage.kinds import SERIES

    for title in ("first", "second"):
        replace(result, title=title, owner="ann").save()
    assert [entry.title for entry in list_series()] == ["second"]
    assert list(trash.entries()) == []
    assert catalogue.owner_of(SERIES, result.id) == "ann"
    catalogue.delete(SERIES, result.id)
    (entry,) = trash.entries()
    assert (entry.label, entry.title, entry.owner) == ("series", "second", "ann")
    assert list_series() == []


def test_csv_has_the_heads_of_the_glossary(result):
    table = pd.read_csv(io.StringIO(result.csv()))
    assert "temperature (K)" in table
    assert "estimate alpha (MHz)" in table
    assert len(table) == len(result.table)
    assert set(table["estimate xi (sites)"]) == {"cannot be identified"}


def test_the_figure_shows_every_parameter_that_can_be_identified(result):
    figure = series_figure(result, LIGHT)
    titles = {axis.title.text for axis in figure.select_yaxes()}
    assert titles == {"α (MHz)", "p", "d"}
    assert figure.layout.xaxis.title.text == "temperature T (K)"
    shown = {trace.name: trace for trace in figure.data if trace.yaxis in (None, "y")}
    assert list(shown["out of domain: estimate hidden"].x) == [150.0]
    drawn = sum(len(trace.x) for name, trace in shown.items() if "hidden" not in name)
    assert drawn == 3
    for trace in shown.values():
        if trace.error_y.array is not None:
            assert (np.asarray(trace.error_y.array) >= 0).all()


def test_what_may_not_be_quoted_is_drawn_as_such(result):
    """One echo has a parameter that it does not determine, one an estimate out of its interval."""
    from dataclasses import replace

    table = result.table.copy()
    names = table.set_index("file")
    table["quotable"] = "yes"
    table["applicability"] = "in domain"
    table["not_quoted"] = np.where(table["value"] == 77.0, "p, d", "")
    table.loc[table["value"] == 4.2, "predicted_alpha"] = names["high_alpha"].max() + 0.1
    figure = series_figure(replace(result, table=table), LIGHT)

    def drawn(axis):
        traces = [trace for trace in figure.data if (trace.yaxis or "y") == axis]
        return {trace.name: trace for trace in traces if len(trace.x)}

    pale = "not determined by the record"
    assert pale not in drawn("y")
    assert list(drawn("y2")[pale].x) == list(drawn("y3")[pale].x) == [77.0]
    assert 77.0 not in drawn("y2")["in domain"].x
    outside = drawn("y")["outside of its interval"]
    assert list(outside.x) == [4.2]
    assert outside.error_y.array is None
    bar = drawn("y")["outside of its interval: interval"]
    row = names.loc["T=4.2K.csv"]
    np.testing.assert_allclose(bar.y + bar.error_y.array, row["high_alpha"])
    np.testing.assert_allclose(bar.y - bar.error_y.arrayminus, row["low_alpha"])


def test_the_table_names_the_parameters_that_may_not_be_quoted(result):
    from dataclasses import replace

    table = result.table.assign(not_quoted=["alpha, d", *[""] * (len(result.table) - 1)])
    changed = replace(result, table=table)
    shown, _ = changed.shown()
    assert list(shown["not_quoted"][:2]) == ["α, d", ""]
    assert "not to be quoted" in pd.read_csv(io.StringIO(changed.csv()))
    assert "α, d" in series_report(changed).html()


def test_delays_over_decades_have_a_logarithmic_axis(result):
    from dataclasses import replace

    table = result.table.assign(value=[1.0, 10.0, 1e4, 1e6, np.nan])
    figure = series_figure(replace(result, table=table), LIGHT)
    assert figure.layout.xaxis.type == "log"
    assert series_figure(result, LIGHT).layout.xaxis.type == "linear"


def test_the_report_names_outliers_files_and_methods(result):
    page = series_report(result, code="print('<b>')").html()
    for text in ("T=150K.csv", "T=200K.csv is empty", "SHA-256", "temperature T", "&lt;b&gt;"):
        assert text in page
    assert "<script>alert" not in page


def test_the_python_makes_the_same_result(write, run, tmp_path):
    for kelvin in (4, 10):
        write(f"{kelvin}K.csv", folder=tmp_path / "day")
    first = answer_series(run, collect(tmp_path / "day"), n_seeds=0)
    code = series_code(first, ["day"])
    names: dict = {}
    code = re.sub(r"'day'", repr(str(tmp_path / "day")), code)
    code = re.sub(r'Path\("', f'Path("{tmp_path}/', code)
    exec(compile(code, "series.py", "exec"), names)
    pd.testing.assert_frame_equal(names["result"].table, first.table)
    assert (tmp_path / "series.csv").read_text() == first.csv()


def test_the_job_stores_the_result(run, items, data_folder):
    params = store_series_request(run.run, chosen(items[:2], None, "monday"), n_seeds=0)
    json.dumps(params)
    answered = series_job(params | {"owner": "ada"})
    assert answered["id"] == params["series"]
    assert load_series(params["series"]).owner == "ada"
    assert list(load_series(params["series"]).table["state"]) == ["estimated"] * 2


def test_a_job_that_is_killed_leaves_nothing_half_written(run, items, data_folder):
    params = store_series_request(run.run, chosen(items[:2], None, "monday"), n_seeds=0)

    def killed(done, total, text):
        if done >= 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        series_job(params, killed)
    assert list_series() == []
    # The request is still there: the job can run again
    assert series_job(params)["id"] == params["series"]


def test_a_series_that_grows_is_stored_once_and_removed_when_it_is_estimated(
    run, items, data_folder
):
    first = store_series_request(run.run, chosen(items[:1], None, "monday"), n_seeds=0)
    series_job(first)
    assert list(requests_folder().iterdir()) == []
    for n_files in (2, 3):
        # As while watching: a new file arrives, and the job of the one before has failed
        params = store_series_request(
            run.run, chosen(items[:n_files], None, "monday"), n_seeds=0, previous=first["series"]
        )
        assert len(list(requests_folder().iterdir())) == 1
    (used,) = [one for one in usage.of_folder(data_folder) if one.kind == "series-requests"]
    stored = sum(file.stat().st_size for file in requests_folder().rglob("*") if file.is_file())
    assert used.n_bytes >= stored > 0
    series_job(params)
    assert list(requests_folder().iterdir()) == []
    (entry,) = list_series()
    assert len(load_series(entry.id).table) == 3


def test_a_request_that_is_gone_is_said(run, items, data_folder):
    params = store_series_request(run.run, chosen(items[:2], None, "monday"))
    (requests_folder() / params["request"] / "request.json").write_text("{}")
    with pytest.raises(InputError, match="Read the files again"):
        series_job(params)


def test_a_series_without_files_has_a_question():
    assert "holds no files" in chosen([], None, "empty").question
    assert isinstance(chosen([], None, "empty"), Series)
