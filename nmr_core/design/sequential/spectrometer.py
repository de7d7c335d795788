"""A simulated spectrometer: one material of the prior, measured at any setting.

Its material has one placement of the offsets, which is the same in all its echoes, and the errors
of the apparatus that the problem names. The receiver noise of every acquisition is new.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nmr_core.design.pool import material_signals
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Acquisition
from nmr_core.storage.seeds import Purpose, side_seed, side_stream


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
        material : dict of str to float, optional
            Values of the parameters; those that are missing are drawn from the prior.
        seed : int
            Seed of the random numbers.

        Raises
        ------
        InputError
            For a parameter that the prior does not have, or a value out of its range.
        """
        drawn = problem.preset.draw(side_stream(seed, Purpose.REHEARSAL, 0))
        values = {name: drawn[name] for name in problem.names}
        for name, value in (material or {}).items():
            values[name] = problem.preset.drawn[name].check(value)
        return cls(problem, values, seed)

    def measure(self, acquisition: Acquisition, number: int = 0) -> np.ndarray:
        """Return the echo of an acquisition, averaged over its shots.

        Parameters
        ----------
        acquisition : Acquisition
        number : int
            Of the acquisition in the session; each has its own noise.

        Returns
        -------
        complex array (n_times,)
            In units of M, on the time grid of the setting.
        """
        offsets_seed = side_seed(self.seed, Purpose.REHEARSAL, 1)
        signal = material_signals(
            self.problem, self.material, [acquisition.setting], seed=offsets_seed
        )[0]
        noise = self.problem.noise / np.sqrt(acquisition.shots)
        random = side_stream(self.seed, Purpose.REHEARSAL, 2, number)
        re, im = random.normal(scale=noise, size=(2, len(signal)))
        return signal + (re + 1j * im)
