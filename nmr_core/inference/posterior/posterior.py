"""A joint posterior of a run, from signal to density, and its files.

NMR_DATA/posteriors/<run id>/ holds posterior.json and posterior.npz: numbers and plain arrays,
nothing that has to be unpickled. Posteriors of the runs that ship lie beside these runs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.inference.posterior.binned import Binned
from nmr_core.inference.posterior.context import Range, Summary
from nmr_core.inference.posterior.flow import Flow
from nmr_core.inference.posterior.ranks import Ranks
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import POSTERIOR
from nmr_core.storage.results import read_result, write_result

N_SAMPLES = Parameter(
    "samples", "samples", "", 100, 100_000, 4000, integer=True, description="Samples per echo."
)


@dataclass(frozen=True, eq=False)
class Posterior:
    """p(parameters | signal) of a run, amortised: learned once, then evaluated for any signal.

    .. math:: p(y|M) \\approx q(y | c(M))

    with the summary c of :mod:`~.context`. It is conditional on the prior and the measurement
    effects of the run's training data.

    Parameters
    ----------
    run, run_created : str
        Id of the run, and when it was trained; after another training the posterior is stale.
    family : str
        A name in ``FAMILIES``.
    targets : dict
        Name -> label, symbol, unit, low and high of the prior, of the identifiable targets.
    unidentifiable : dict
        Name -> reason. The posterior of these is their prior, so they are left out.
    source : str
        "fresh" (simulated signals) or "held out" (the test part of the run).
    n_fit : int
        Signals that the posterior was learned from.
    seed : int
        Of signals and networks.
    seconds : float
        That it took.
    created : str
        UTC.
    versions : dict
        Package -> version.
    summary : Summary
        M -> c.
    density : Binned or Flow
        q(y|c).
    ranks : Ranks
        Simulation-based calibration on further signals.
    owner : str
        Who made it, "" if unknown.
    """

    run: str
    run_created: str
    family: str
    targets: dict[str, dict[str, Any]]
    unidentifiable: dict[str, str]
    source: str
    n_fit: int
    seed: int
    seconds: float
    created: str
    versions: dict[str, str]
    summary: Summary
    density: Binned | Flow
    ranks: Ranks
    owner: str = ""

    @property
    def parameters(self) -> Range:
        """Names and ranges of the parameters."""
        return self.summary.parameters

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return self.parameters.names

    def check_run(self, run: Run) -> None:
        """:class:`InputError` if ``run`` is not the one that this posterior is of."""
        if (run.id, run.manifest.created) != (self.run, self.run_created):
            raise InputError(
                f"The run {run.id} was trained again after its posterior was learned, so the "
                "posterior does not apply. Learn it again."
            )

    def sample(
        self, run: Run, signals: np.ndarray, n: int = N_SAMPLES.default, *, seed: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw samples of the parameters behind signals.

        Parameters
        ----------
        run : Run
            The run.
        signals : complex array, (n_signals, n_settings, n_times)
            On the time points of the run.
        n : int
            Samples per signal.
        seed : int
            Of the random numbers.

        Returns
        -------
        values : float64 array, (n_signals, n, n_parameters)
            In the units of the parameters, within the range of the prior.
        log_density : float64 array, (n_signals, n)
            log q per unit.
        """
        self.check_run(run)
        context = self.summary(run, signals)
        rng = np.random.default_rng(seed)
        y = self.density.sample(context, n, rng)
        log_width = np.log(self.parameters.high - self.parameters.low).sum()
        return self.parameters.units(y), self.density.log_density(context, y) - log_width


def save_posterior(posterior: Posterior, path: str | Path | None = None) -> Path:
    """Write a posterior; an earlier one in the data folder goes to the trash.

    Parameters
    ----------
    posterior : Posterior
        Of a run.
    path : str or Path, optional
        Folder; default: that of the run under ``NMR_DATA/posteriors``.

    Returns
    -------
    Path
        The folder.
    """

    def write(folder: Path) -> None:
        write_result(posterior, folder / POSTERIOR.document)

    if path is None:
        return catalogue.put(POSTERIOR, posterior.run, write, by=posterior.owner)
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder)
    return folder


def find_posterior(run: Run | str) -> Path | None:
    """Return the folder of a run's posterior, or None if there is none."""
    return catalogue.find(POSTERIOR, run.id if isinstance(run, Run) else run)


def load_posterior(run: Run | str | Path) -> Posterior:
    """Load the posterior of a run.

    Parameters
    ----------
    run : Run, str or Path
        The run, its id, or the folder of the posterior.

    Raises
    ------
    InputError
        There is none, or the run was trained again since.
    FailedError
        It is damaged. Nothing in it is unpickled.
    """
    name = run.id if isinstance(run, Run) else run
    advice = f"Learn it first (python -m nmr_core posterior {name})."
    folder = catalogue.of_run(POSTERIOR, name, advice)
    posterior = read_result(
        folder / POSTERIOR.document,
        Posterior,
        what="posterior",
        again="Learn it again: python -m nmr_core posterior RUN.",
    )
    if isinstance(run, Run):
        posterior.check_run(run)
    return posterior


def delete_posterior(run: str, *, by: str = "") -> None:
    """Move the posterior of a run to the trash."""
    catalogue.delete(POSTERIOR, run, by=by)
