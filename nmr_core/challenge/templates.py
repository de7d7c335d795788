"""Templates of challenges: what is predicted from which curves, and how it is scored."""

from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.presets import PRESETS, Preset, preset_from_dict


@dataclass(frozen=True)
class Template:
    """A kind of challenge.

    Parameters
    ----------
    name, title, description : str
        Key, default title, and what participants do, in one sentence.
    presets : tuple of str
        Priors of the curves; with several of them the kernel is predicted.
    metrics : tuple of str
        Names of :data:`nmr_core.challenge.metrics.METRICS`, the default first.
    effects : tuple of str
        Each curve of a hidden half of the test part has one of these measurement effects.
    """

    name: str
    title: str
    description: str
    presets: tuple[str, ...]
    metrics: tuple[str, ...]
    effects: tuple[str, ...] = ()

    @property
    def is_classification(self) -> bool:
        """Whether the kernel is predicted."""
        return len(self.presets) > 1


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template(
            "2020",
            "Spin-echo challenge 2020",
            "Predict coupling, exponent and dissipation of each curve.",
            ("ml4sci_2020",),
            ("weighted_mse",),
        ),
        Template(
            "kernels",
            "Which kernel? 2021",
            "Tell Gaussian, power-law and RKKY couplings apart.",
            ("gsoc_2021_weak_gaussian", "gsoc_2021_weak_power_law", "gsoc_2021_weak_rkky"),
            ("macro_f1", "accuracy"),
        ),
        Template(
            "repair",
            "Repair and robustness",
            "Predict the parameters although half of the test curves are corrupted; "
            "the training set is clean.",
            ("ml4sci_2020_secular",),
            ("weighted_mse",),
            (
                "gaussian_noise:snr=30",
                "missing_points:fraction=0.1",
                "phase_error:sd=10",
                "amplitude_scale:sd=10",
                "dead_time",
            ),
        ),
        Template(
            "error_bars",
            "Error bars",
            "Give a 90 % interval for each parameter: narrow ones that hold the truth win.",
            ("ml4sci_2020_secular",),
            ("interval_score",),
        ),
    )
}
"""Name -> template."""


def template_of(name: str) -> Template:
    """The template with a name; :class:`InputError` lists those there are."""
    template = TEMPLATES.get(name)
    if template is None:
        raise InputError(
            f"template must be one of {', '.join(TEMPLATES)}, got {str(name)[:40]!r}. Choose one."
        )
    return template


def presets_of(template: Template, preset: "Preset | dict | str | None") -> tuple[Preset, ...]:
    """The presets of a new challenge.

    Parameters
    ----------
    template : Template
        Its template.
    preset : Preset, dict or str, optional
        Another prior, its recipe (:mod:`nmr_core.presets.recipe`), or its name; default: as in the
        template.

    Raises
    ------
    InputError
        The template needs its own presets, or there is no such preset.
    """
    if preset is None:
        return tuple(PRESETS[name] for name in template.presets)
    if template.is_classification:
        raise InputError(
            f"The template {template.name} has presets of its own. Leave out the preset."
        )
    if isinstance(preset, str):
        if preset not in PRESETS:
            raise InputError(f"There is no preset {preset[:60]!r}. Choose one of the list.")
        return (PRESETS[preset],)
    return (preset_from_dict(preset) if isinstance(preset, dict) else preset,)
