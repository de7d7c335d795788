"""What ``train`` and ``study`` train: targets, featurizer, model, split, seed, symmetries."""

import argparse

from nmr_core.cli import arguments


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Describe the options that both commands share."""
    parser.add_argument(
        "--targets",
        metavar="A,B",
        type=arguments.names,
        help="default: all that the preset draws; a text is a class and stands alone",
    )
    parser.add_argument(
        "--recipe",
        metavar="R",
        default="",
        help="named features, model and options; what is given wins",
    )
    parser.add_argument("--featurizer", metavar="F", default="", help="default raw")
    parser.add_argument(
        "--feature-option",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help="option of the featurizer; can be repeated",
    )
    parser.add_argument(
        "--channels", metavar="RE,IM", type=arguments.names, help="of re, im, abs; default re,im"
    )
    parser.add_argument(
        "--window", metavar="FIRST:LAST", type=arguments.window, help="points; default: whole curve"
    )
    parser.add_argument("--model", metavar="M", default="", help="default mlp")
    parser.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help="option of the model; can be repeated",
    )
    parser.add_argument(
        "--split",
        metavar="TEST",
        type=arguments.split,
        default=0.1,
        help="test part: share, or number of curves (default 0.1)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**32 - 1),
        default=0,
        help="of split, model and draws (default 0)",
    )
    parser.add_argument(
        "--symmetries",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="train on mirrored copies of the curves too (default: if the data set has such "
        "symmetries)",
    )
    parser.add_argument(
        "--weighted",
        action="store_true",
        help="fit samples of a sampling density by their weights, to the stated prior (default: as "
        "they are, best where the density has more samples)",
    )


def feature_options(args: argparse.Namespace) -> dict:
    """Options of the featurizer: those of --feature-option, then --channels and --window."""
    common = {"channels": args.channels, "window": args.window}
    return dict(args.feature_option) | {k: v for k, v in common.items() if v is not None}
