"""A simulated spectrometer: one material of the prior, measured at any setting.

Its material has one placement of the offsets, which is the same in all its echoes, and the errors
of the apparatus that the problem names. The receiver noise of every acquisition is new.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Acquisition
from nmr_core.design.simulating import signals_of
from nmr_core.effects import Context, apply_effects, prepare_experiments
from nmr_core.storage.seeds import OFFSETS, Purpose, sample_seed, side_stream


@dataclass(frozen=True)
class Spectrometer:
    """One material and its spectrometer; make it with :meth:`of`.

    Attributes
    ----------
    problem : DesignProblem
    material : dict of str to float
        Parameters of the material.
    seed : int
        Of the offsets, of the errors of the apparatus and of the noise.
    """

    problem: DesignProblem
    material: dict[str, float]
    seed: int = 0

    @classmethod
    def of(
        cls, problem: DesignProblem, material: Mapping[str, float] | None = None, *, seed: int = 0
    ) -> "Spectrometer":
        """Return a spectrometer with a material.

        Parameters
        ----------
        problem : DesignProblem
            Prior, noise of one shot, and errors of the apparatus.
        material : dict of str to float, optional
            Values of the parameters; those that are missing are drawn from the prior.
        seed : int
            Seed of the random numbers.

        Raises
        ------
        InputError
            For a parameter that the prior does not have, or a value out of its range.
        """
        drawn = problem.preset.draw(side_stream(seed, Purpose.DESIGN_BOOK, 0))
        values = {spec.name: drawn[spec.name] for spec in problem.preset.drawn}
        for name, value in (material or {}).items():
            values[name] = problem.preset.drawn[name].check(value)
        return cls(problem, values, seed)

    def measure(self, acquisition: Acquisition, number: int = 0) -> np.ndarray:
        """Return the echo of an acquisition, averaged over its shots.

        Parameters
        ----------
        acquisition : Acquisition
            Setting and shots.
        number : int
            Of the acquisition in the session; each has its own noise.

        Returns
        -------
        complex array (n_times,)
            In units of M, on the time grid of the setting.
        """
        problem, setting = self.problem, acquisition.setting
        ideal = [problem.experiment(setting, self.material)]
        experiments = prepare_experiments(problem.effects, ideal, self.seed, 0)
        # Seed and number of the material are the same for all settings, and so are its offsets
        [signals] = signals_of([experiments], [sample_seed(self.seed, 0, OFFSETS)])
        context = Context.of(problem.protocol(setting))
        signal = apply_effects(problem.effects, context, signals[:, None], self.seed)[0, 0]
        noise = problem.noise / np.sqrt(acquisition.shots)
        random = side_stream(self.seed, Purpose.DESIGN_BOOK, 2, number)
        re, im = random.normal(scale=noise, size=(2, len(signal)))
        return signal + (re + 1j * im)
