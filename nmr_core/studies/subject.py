"""The subject of a study: a data set, its targets, a recipe and a split; fits and predictions.

This is the only place where studies touch estimators.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.joined import draws
from nmr_core.learning.augment import drawn_by_weight, fit_with_copies, maps_of
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.metrics import weighted_mean
from nmr_core.learning.plan import Plan, check_task
from nmr_core.learning.splits import refuse_duplicates, split_samples
from nmr_core.learning.targets import TargetSpec, numbers_beside, select_targets
from nmr_core.models import pipeline
from nmr_core.storage.seeds import Purpose, side_stream
from nmr_core.studies.outcome import Classes, Values
from nmr_core.weights import unequal


def build(plan: Plan, targets: TargetSpec, seed: int) -> Pipeline:
    """Unfitted pipeline of a plan; :class:`nmr_core.errors.InputError` for options it refuses."""
    return pipeline(
        plan.featurizer,
        plan.model,
        seed=seed,
        task=targets.task,
        targets=targets.names,
        featurizer_options=plan.featurizer_options,
        model_options=plan.model_options,
    )


def fit_predict(
    pipe: Pipeline,
    dataset: EchoDataset,
    train: np.ndarray,
    labels: np.ndarray,
    test: np.ndarray,
    maps: tuple = (),
    copies: int = 1,
    drawn: np.ndarray | None = None,
) -> np.ndarray:
    """Fit ``pipe`` on some samples and predict others.

    Parameters
    ----------
    pipe : Pipeline
        Unfitted.
    dataset : EchoDataset
        Signals with their parameters.
    train, test : int arrays
        Samples.
    labels : array, (len(train), n_targets) or (len(train),)
        Targets, or classes, of the training samples.
    maps : tuple
        Symmetries; the mirrored copies of training curves are trained on as well.
    copies : int
        How often each training curve is repeated.
    drawn : int array, optional
        Positions in ``train`` of the curves that are fitted, some of them repeated; default: all.

    Returns
    -------
    array, (len(test), n_targets) or (len(test),)
    """
    rows = np.arange(len(train)) if drawn is None else drawn
    curves = np.concatenate([dataset.curves(train)[rows]] * copies)
    y = np.concatenate([labels[rows]] * copies)
    own = np.concatenate([train[rows]] * copies)
    numbers = numbers_beside(dataset, own, y) if is_classifier(pipe) else None
    fit_with_copies(pipe, curves, y, maps, None if drawn is None else own, numbers)
    return np.asarray(pipe.predict(dataset.curves(test)))


def with_options(plan: Plan, values: dict) -> Plan:
    """Plan with options set by their full names, e.g. "model.width_1" or "featurizer.order"."""
    new = {kind: dict(getattr(plan, f"{kind}_options")) for kind in ("model", "featurizer")}
    for full, value in values.items():
        kind, _, name = full.partition(".")
        new[kind][name] = value
    return replace(plan, model_options=new["model"], featurizer_options=new["featurizer"])


@dataclass(frozen=True)
class Subject:
    """What a study is about.

    Parameters
    ----------
    dataset : EchoDataset
    targets : TargetSpec
    plan : Plan
        Featurizer, model and their options.
    maps : tuple
        Symmetries; the mirrored copies of training curves are trained on as well.
    split : float or int
        Fraction or number of samples in the test part.
    seed : int
        Of split and model.
    weighted : bool
        Fit samples by their weights, to the stated prior. Errors are those of the prior in any
        case.
    """

    dataset: EchoDataset = field(repr=False)
    targets: TargetSpec = field(repr=False)
    plan: Plan
    maps: tuple = ()
    split: float | int = 0.1
    seed: int = 0
    weighted: bool = False

    @classmethod
    def of(
        cls,
        dataset: EchoDataset,
        targets: Sequence[str] | None,
        plan: Plan,
        symmetries: bool | None = None,
        split: float | int = 0.1,
        seed: int = 0,
        weighted: bool = False,
    ) -> "Subject":
        """Check targets, task, recipe, options and split.

        Raises
        ------
        InputError
            One of them does not fit the data set.
        """
        spec = select_targets(dataset, targets)
        check_task(plan, spec.task, spec.names[0])
        build(plan, spec, seed)
        maps = tuple(maps_of(dataset, symmetries, plan.symmetries))
        weighted = weighted and unequal(dataset.weights) is not None
        subject = cls(dataset, spec, plan, maps, split, seed, weighted)
        subject.parts()
        return subject

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the targets."""
        return self.targets.names

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes in order; () of a regression."""
        return self.targets.classes

    @property
    def y(self) -> np.ndarray:
        """True values, float (n_samples, n_targets), or classes (n_samples,)."""
        return self.targets.y

    @cached_property
    def known(self) -> np.ndarray:
        """Which targets count in the error, bool (n_targets,).

        Those that an echo depends on; all of them if there is none.
        """
        hidden = unidentifiable(self.dataset.preset) if self.dataset.preset else {}
        known = np.array([name not in hidden for name in self.names])
        return known if known.any() else ~known

    @cached_property
    def draws(self) -> np.ndarray:
        """Number of the draw of each sample, int (n_samples,).

        Samples of a joined data set that share a draw stay in one part of every split.
        """
        return draws(self.dataset.manifest)

    @cached_property
    def widths(self) -> np.ndarray:
        """Widths of the targets' priors, (n_targets,)."""
        return np.array([self.dataset.spec(name).width for name in self.names])

    @cached_property
    def _parts(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """Splits by seed."""
        return {}

    def parts(self, seed: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Sorted samples of the training and of the test part, split as by :func:`nmr_core.train`.

        Raises
        ------
        InputError
            A curve is in both.
        """
        seed = self.seed if seed is None else seed
        if seed not in self._parts:
            train, test = split_samples(
                len(self.dataset), self.split, seed, self.y if self.classes else None, self.draws
            )
            self.refuse_duplicates(train, test)
            self._parts[seed] = train, test
        return self._parts[seed]

    def refuse_duplicates(self, train: np.ndarray, test: np.ndarray) -> None:
        """Raise :class:`nmr_core.errors.InputError` if a curve of one part is in the other."""
        refuse_duplicates((signals for _, signals in self.dataset.batches(columns=[])), train, test)

    def divided(
        self, samples: np.ndarray, fraction: float, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Split ``samples`` in two, ``fraction`` of them (and of each class) in the second part."""
        classes = self.y[samples] if self.classes else None
        rest, cut = split_samples(len(samples), fraction, seed, classes, self.draws[samples])
        return samples[rest], samples[cut]

    def order(self, samples: np.ndarray, seed: int) -> np.ndarray:
        """``samples`` in random order, whose first parts all hold the classes in proportion."""
        rng = side_stream(seed, Purpose.LEARNING_CURVE)
        if not self.classes:
            return rng.permutation(samples)
        # The members of each class are spread evenly over [0, 1], with a random offset
        position = np.empty(len(samples))
        for name in self.classes:
            members = np.flatnonzero(self.y[samples] == name)
            steps = rng.permutation(len(members)) + rng.random()
            position[members] = steps / max(1, len(members))
        return samples[np.argsort(position, kind="stable")]

    def predict(
        self,
        train: np.ndarray,
        test: np.ndarray,
        *,
        seed: int | None = None,
        plan: Plan | None = None,
        labels: np.ndarray | None = None,
        copies: int = 1,
    ) -> Values | Classes:
        """Fit on the samples ``train`` and predict the samples ``test``.

        Parameters
        ----------
        train, test : int arrays
            Rows of the training part.
        seed : int, optional
            Of the model; default: the subject's.
        plan : Plan, optional
            With other options; default: the subject's.
        labels : array, optional
            Of ``train``, in place of the true ones.
        copies : int
            How often each training curve is repeated.
        """
        labels = self.y[train] if labels is None else labels
        seed = self.seed if seed is None else seed
        pipe = build(plan or self.plan, self.targets, seed)
        drawn = drawn_by_weight(self.dataset.weights[train], seed) if self.weighted else None
        predicted = fit_predict(pipe, self.dataset, train, labels, test, self.maps, copies, drawn)
        if self.classes:
            values, number = np.unique(labels, return_inverse=True)
            counts = np.bincount(number, self.dataset.weights[train])
            return Classes(
                self.y[test],
                predicted.astype(str),
                np.full(len(test), values[counts.argmax()]),
                self.classes,
                self.dataset.weights[test],
            )
        mean = weighted_mean(labels, self.dataset.weights[train])
        baseline = np.broadcast_to(mean, (len(test), len(self.names)))
        return Values(
            self.y[test],
            predicted.reshape(len(test), -1),
            baseline,
            self.names,
            self.widths,
            self.known,
            self.dataset.weights[test],
        )
