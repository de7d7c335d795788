"""The command that makes the shipped runs, at a tiny size: complete, resumable, nothing twice."""

from dataclasses import replace

import pytest

import nmr_core as nmr
from nmr_core.inference.posterior import fit, load_posterior
from nmr_core.pretrained import making
from nmr_core.pretrained.__main__ import main
from nmr_core.pretrained.regressions import AFTER_THE_PULSE, REGRESSIONS

MEASURED, ECHO_ONLY = REGRESSIONS[-2:]
TINY = ["--curves", "60", "--calibration", "60", "--jobs", "1"]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Few epochs of a narrow network, and a data folder of its own."""
    monkeypatch.setenv("NMR_DATA", str(tmp_path / "data"))
    options = {"width_1": 16, "width_2": 8, "width_3": 8, "max_epochs": 2}
    tiny = making.Regression(**vars(MEASURED) | {"model_options": options})
    monkeypatch.setitem(making.MAKERS, MEASURED.id, tiny)


def test_a_run_is_trained_calibrated_and_put_in_place_once(small, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["pretrained", MEASURED.id, *TINY, "--out", str(out)])
    main()
    run = nmr.load_run(out / "runs" / MEASURED.id)
    assert run.manifest.title == MEASURED.title
    assert run.manifest.n_train + run.manifest.n_test == 60
    assert (out / "calibrations" / MEASURED.id / "calibration.json").is_file()
    assert MEASURED.id in capsys.readouterr().out

    # A second call copies what is there
    def never(*_args, **_options):
        raise AssertionError("trained or calibrated twice")

    monkeypatch.setattr(making.Regression, "train", never)
    monkeypatch.setattr(making, "calibrate_run", never)
    main()


def test_a_posterior_is_learned_from_the_run_in_place_and_again_after_another_training(
    tmp_path, monkeypatch, capsys
):
    name, out = REGRESSIONS[0].id, tmp_path / "out"
    command = ["pretrained", "posteriors", "--posterior", "4000", "--jobs", "1"]
    monkeypatch.setattr("sys.argv", [*command, "--out", str(out)])
    monkeypatch.setattr(making, "RANKS", 300)
    simulated, curves_for = {}, fit.curves_for

    def curves(run, *numbers, seed, **options):
        """Both runs read the same ones, which are simulated once."""
        key = (*numbers, seed)
        if key not in simulated:
            simulated[key] = curves_for(run, *numbers, seed=seed, **options)
        return simulated[key]

    monkeypatch.setattr(fit, "curves_for", curves)
    preset = nmr.preset("ml4sci_2020").fix(n_x=6, n_y=6, tau=15.0)
    dataset = nmr.generate(preset, 150, seed=1)

    def train() -> nmr.Run:
        return nmr.train(dataset, featurizer="pca", model="ridge", split=30, id=name)

    train().save(out / "runs" / name)
    main()
    first = load_posterior(out / "posteriors" / name)
    assert (first.run, first.family, first.source) == (name, "binned", "fresh")
    assert f"{name}: Ranks of 300 new signals" in capsys.readouterr().out
    main()
    assert "All posteriors are current." in capsys.readouterr().out

    again = train()
    again.manifest = replace(again.manifest, created="later")
    making.shutil.rmtree(out / "runs" / name)
    again.save(out / "runs" / name)
    main()
    load_posterior(out / "posteriors" / name).check_run(again)


def test_the_run_after_the_pulse_uses_no_earlier_point():
    assert ECHO_ONLY.featurizer_options["window"] == AFTER_THE_PULSE
    second = nmr.preset(ECHO_ONLY.preset).build().protocol
    assert second.time[AFTER_THE_PULSE[0] - 1] == pytest.approx(second.tau, abs=second.dt)
    assert second.time[AFTER_THE_PULSE[0]] > second.tau


@pytest.mark.parametrize("maker", REGRESSIONS, ids=lambda maker: maker.id)
def test_each_regression_can_be_planned(maker):
    assert nmr.preset(maker.preset).name == maker.preset
    assert maker.recipe in ("", "limit")
    assert len({other.id for other in REGRESSIONS}) == len(REGRESSIONS)


def test_an_unknown_run_is_refused_with_those_there_are(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["pretrained", "ml4sci"])
    with pytest.raises(SystemExit):
        main()
    assert "there is no ml4sci; there are pretrained-ml4sci-2020" in capsys.readouterr().err
