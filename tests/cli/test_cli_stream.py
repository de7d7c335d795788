"""``train --stream`` and ``NMR_DASK_SCHEDULER`` on the command line."""

from nmr_core import load_run

QUICK = (
    "--model",
    "mlp",
    "--option",
    "width_1=8",
    "--option",
    "width_2=8",
    "--option",
    "max_epochs=3",
    "--targets",
    "alpha",
    "--split",
    "0.3",
)


def test_a_streamed_run_is_the_same_and_says_so(cli, dataset):
    """One batch: as in memory."""
    streamed, whole = (
        cli("train", "echoes-60", *QUICK, *flag, "--json") for flag in (("--stream",), ())
    )
    assert (streamed.code, whole.code) == (0, 0), streamed.err
    assert [load_run(answer.json["run"]).manifest.stream for answer in (streamed, whole)] == [
        True,
        False,
    ]
    assert (
        abs(streamed.json["targets"]["alpha"]["rmse"] - whole.json["targets"]["alpha"]["rmse"])
        < 1e-6
    )


def test_a_model_that_cannot_is_refused(refused, dataset):
    assert "The model ridge needs all samples at once" in refused(
        2, "train", "echoes-60", "--model", "ridge", "--stream"
    )


def test_an_address_that_is_none_is_refused_before_anything_is_written(
    refused, monkeypatch, data_folder, small
):
    monkeypatch.setenv("NMR_DASK_SCHEDULER", "nonsense")
    assert "to work on this machine" in refused(1, "generate", "-n", "10", *small)
    assert not list(data_folder.glob("datasets/*"))
