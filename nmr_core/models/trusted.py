"""Types that a saved model may hold beyond skops' own list: ours by name, and what scikit-learn's models are made of.

Nothing else is ever loaded. A crafted ``Tree`` can still crash the process that predicts with it (skops PR #535), so a
stranger's model belongs into a worker process.
"""

OURS = (
    "nmr_core.models.composite.PerTarget",
    "nmr_core.models.composite.SelectTop",
    "nmr_core.models.ensembles.AverageClassifier",
    "nmr_core.models.ensembles.AverageRegressor",
    "nmr_core.models.ensembles.StackingClassifier",
    "nmr_core.models.ensembles.StackingRegressor",
    "nmr_core.models.gaussian_process.SubsetGaussianProcess",
    "nmr_core.models.grouped.GroupedPipeline",
    "nmr_core.models.kernel_ridge.MedianKernelRidge",
    "nmr_core.models.linear.GroupedElasticNet",
    "nmr_core.models.linear.GroupedRidge",
    "nmr_core.models.linear.PartialLeastSquares",
    "nmr_core.models.mlp.EarlyStoppingMLP",
    "nmr_core.models.mlp_classifier.EarlyStoppingClassifier",
    "nmr_core.models.neighbours.Neighbours",
    "nmr_core.models.neighbours.NeighboursClassifier",
    "nmr_core.models.random_forest.EqualTargetsTree",
    "nmr_core.models.random_forest.ReportingExtraTrees",
    "nmr_core.models.random_forest.ReportingExtraTreesClassifier",
    "nmr_core.models.random_forest.ReportingForest",
    "nmr_core.models.random_forest.ReportingForestClassifier",
    "nmr_core.models.scaling.Scaler",
    "nmr_core.models.support_vectors.CalibratedSVC",
    "nmr_core.models.support_vectors.StandardisedSVR",
    "nmr_core.models.trees.ReportingBoosting",
    "nmr_core.models.trees.ReportingBoostingClassifier",
)
SKLEARN = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.gaussian_process.kernels.Sum",
    "sklearn.gaussian_process.kernels.WhiteKernel",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
)
TRUSTED = OURS + SKLEARN
