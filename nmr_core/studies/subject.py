"""Fit a recipe on these samples, predict those: the one place where studies touch estimators."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.joined import draws
from nmr_core.learning.augment import fit_with_copies, maps_of
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.plan import Plan, check_task
from nmr_core.learning.splits import refuse_duplicates, split_samples
from nmr_core.learning.targets import TargetSpec, select_targets
from nmr_core.models import pipeline
from nmr_core.studies.outcome import Classes, Values


def build(plan: Plan, targets: TargetSpec, seed: int) -> Pipeline:
    """The unfitted pipeline of a plan; what it refuses is an :class:`nmr_core.errors.InputError`."""
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
) -> np.ndarray:
    """Predictions of the samples ``test`` by ``pipe`` fitted on the samples ``train``.

    labels : (len(train), n_targets) floats, or (len(train),) classes
    maps   : symmetries under which copies of the training curves are learned, too; never of the others
    copies : how often each training curve is shown
    """
    curves = dataset.curves(train)
    fit_with_copies(
        pipe, np.concatenate([curves] * copies), np.concatenate([labels] * copies), maps
    )
    return np.asarray(pipe.predict(dataset.curves(test)))


def with_options(plan: Plan, values: dict) -> Plan:
    """The plan with options set by their full names: "model.width_1", "featurizer.order"."""
    new = {kind: dict(getattr(plan, f"{kind}_options")) for kind in ("model", "featurizer")}
    for full, value in values.items():
        kind, _, name = full.partition(".")
        new[kind][name] = value
    return replace(plan, model_options=new["model"], featurizer_options=new["featurizer"])


@dataclass(frozen=True)
class Subject:
    """``maps`` : the symmetries under which copies of the training curves are learned, too."""

    dataset: EchoDataset = field(repr=False)
    targets: TargetSpec = field(repr=False)
    plan: Plan
    maps: tuple = ()
    split: float | int = 0.1
    seed: int = 0

    @classmethod
    def of(
        cls,
        dataset: EchoDataset,
        targets: Sequence[str] | None,
        plan: Plan,
        symmetries: bool | None = None,
        split: float | int = 0.1,
        seed: int = 0,
    ) -> "Subject":
        """Checked: targets, task, recipe, options, split."""
        spec = select_targets(dataset, targets)
        check_task(plan, spec.task, spec.names[0])
        build(plan, spec, seed)
        subject = cls(
            dataset, spec, plan, tuple(maps_of(dataset, symmetries, plan.symmetries)), split, seed
        )
        subject.parts()
        return subject

    @property
    def names(self) -> tuple[str, ...]:
        """Of the targets."""
        return self.targets.names

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in order; () where numbers are predicted."""
        return self.targets.classes

    @property
    def y(self) -> np.ndarray:
        """float (n_samples, n_targets), or classes (n_samples,)."""
        return self.targets.y

    @cached_property
    def known(self) -> np.ndarray:
        """Which targets count in the error: those that some echo depends on; all if there is none. bool (n_targets,)."""
        hidden = unidentifiable(self.dataset.preset) if self.dataset.preset else {}
        known = np.array([name not in hidden for name in self.names])
        return known if known.any() else ~known

    @cached_property
    def draws(self) -> np.ndarray:
        """Which samples of a joined data set are one draw, int (n_samples,): they stay on one side of every cut."""
        return draws(self.dataset.manifest)

    @cached_property
    def widths(self) -> np.ndarray:
        """Widths of the targets' priors, (n_targets,)."""
        return np.array([self.dataset.spec(name).width for name in self.names])

    @cached_property
    def _known_parts(self) -> dict:
        return {}

    def parts(self, seed: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Sorted indices (training part, test part) as :func:`nmr_core.train` cuts them; no curve may be in both."""
        seed = self.seed if seed is None else seed
        if seed not in self._known_parts:
            train, test = split_samples(
                len(self.dataset), self.split, seed, self.y if self.classes else None, self.draws
            )
            self.refuse_duplicates(train, test)
            self._known_parts[seed] = train, test
        return self._known_parts[seed]

    def refuse_duplicates(self, train: np.ndarray, test: np.ndarray) -> None:
        """:class:`nmr_core.errors.InputError` with the count if a curve of one part is in the other."""
        refuse_duplicates((signals for _, signals in self.dataset.batches(columns=[])), train, test)

    def divided(
        self, samples: np.ndarray, share: float, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """``samples`` cut in two, the second with ``share`` of them; of each class the same share."""
        rest, cut = split_samples(
            len(samples),
            share,
            seed,
            self.y[samples] if self.classes else None,
            self.draws[samples],
        )
        return samples[rest], samples[cut]

    def order(self, samples: np.ndarray, seed: int) -> np.ndarray:
        """``samples`` in random order; every beginning holds the classes in about their shares."""
        rng = np.random.default_rng([seed, 5])
        if not self.classes:
            return rng.permutation(samples)
        place = np.empty(len(samples))
        for name in self.classes:
            mine = np.flatnonzero(self.y[samples] == name)
            place[mine] = (rng.permutation(len(mine)) + rng.random()) / max(1, len(mine))
        return samples[np.argsort(place, kind="stable")]

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
        """Fit on the samples ``train``, predict the samples ``test``.

        seed   : of the model (default: the subject's); plan: with other options; labels: of ``train``, instead of the true ones
        copies : how often each training curve is shown
        """
        labels = self.y[train] if labels is None else labels
        pipe = build(plan or self.plan, self.targets, self.seed if seed is None else seed)
        predicted = fit_predict(pipe, self.dataset, train, labels, test, self.maps, copies)
        if self.classes:
            values, counts = np.unique(labels, return_counts=True)
            return Classes(
                self.y[test],
                predicted.astype(str),
                np.full(len(test), values[counts.argmax()]),
                self.classes,
            )
        baseline = np.broadcast_to(labels.mean(axis=0), (len(test), len(self.names)))
        return Values(
            self.y[test],
            predicted.reshape(len(test), -1),
            baseline,
            self.names,
            self.widths,
            self.known,
        )
