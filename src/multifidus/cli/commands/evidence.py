"""
The arguments of `multifidus evidence …`, and what runs.

What a command needs is imported when it runs: pooling needs the extra `evidence`, PNG the extra
`figures`, and neither is needed to show what stands behind a clause.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import (
    add_format,
    add_on,
    add_output,
    library_arguments,
    show_help,
    today,
)
from multifidus.cli.extras import with_statistics
from multifidus.cli.status import DONE
from multifidus.cli.written import given

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands

DEFAULT_POLICY = "isass-2025"
# Written out, for whoever asks for help should not wait for numpy; a test compares them.
METHODS = ("fixed", "dl", "he", "pm", "sj", "ml", "reml")
INTERVALS = ("normal", "student", "hk", "hk-cautious")
MEASURES = ("risk-difference", "risk-ratio", "odds-ratio", "mean-difference", "smd")
MORE = ("leave-one-out", "cumulative", "egger")
SCALES = ("raw", "logit", "arcsine", "double-arcsine")


def add_evidence(commands: Commands) -> None:
    """Add the command that shows, judges, pools, checks and draws evidence."""
    evidence = commands.add_parser("evidence", help="show, pool, check and draw the evidence")
    evidence.set_defaults(command=lambda _options: show_help(evidence))
    verbs = evidence.add_subparsers(metavar="VERB")
    _add_show(verbs)
    _add_table(verbs)
    _add_effect(verbs)
    _add_pool(verbs)
    _add_check(verbs)
    _add_anchors(verbs)
    _add_thresholds(verbs)
    _add_figure(verbs)


def _add_show(verbs: Commands) -> None:
    show = verbs.add_parser(
        "show",
        parents=[library_arguments()],
        help="show what stands behind a clause, or a line of evidence, a study, a result",
    )
    show.add_argument(
        "name",
        nargs="?",
        default="",
        metavar="CLAUSE|OUTCOME",
        help="a clause, as G5 or isass-2025:G5; a line of evidence, as pain-v-sham; a study, as"
        " R8B; or a result's id; default: list all lines",
    )
    show.add_argument(
        "--policy",
        default="",
        metavar="ID",
        help=f"whose clause it is; default: {DEFAULT_POLICY}; without CLAUSE, all of its",
    )
    add_on(show, "the day that chooses its version; default: today")
    add_format(show)

    def run(options: argparse.Namespace) -> int:
        from multifidus.cli.evidence_show import Wanted, show_in_json, show_in_text

        wanted = Wanted(
            name=options.name,
            policy=options.policy or (DEFAULT_POLICY if options.name else ""),
            on=options.on or today(),
            library=tuple(options.library),
        )
        print(show_in_json(wanted) if options.format == "json" else show_in_text(wanted))
        return DONE

    show.set_defaults(command=run)


def _add_table(verbs: Commands) -> None:
    table = verbs.add_parser(
        "table", help="a summary of findings: every line, its numbers, how certain and why"
    )
    table.add_argument(
        "lines", nargs="*", metavar="OUTCOME", help="only these lines of evidence; default: all"
    )
    _add_judgements(table)
    add_output(table, ("text", "markdown", "csv", "json"))

    def run(options: argparse.Namespace) -> int:
        from multifidus.cli.evidence_table import tell_table

        told = tell_table(options.lines, options.format, options.judgements)
        print(given(told, options.output))
        return DONE

    table.set_defaults(command=run)


def _add_effect(verbs: Commands) -> None:
    effect = verbs.add_parser(
        "effect", help="reckon an effect from counts or means, by every method that reports use"
    )
    effect.add_argument(
        "arms",
        nargs="+",
        metavar="GROUP",
        help="treated, then control: 57/102, 57.1%%/102, mean=-4.8,sd=2.4,n=159,"
        " mean=-19.7,se=1.4,n=99, or a result's id; one group alone gives its proportion or mean",
    )
    effect.add_argument(
        "--correlation",
        type=float,
        metavar="R",
        help="the two are the same people, follow-up then baseline; R is assumed between them",
    )
    add_format(effect)

    def run(options: argparse.Namespace) -> int:
        with with_statistics():
            from multifidus.cli.evidence_effect import Wanted, tell_effect

        wanted = Wanted(arms=tuple(options.arms), correlation=options.correlation)
        print(tell_effect(wanted, options.format))
        return DONE

    effect.set_defaults(command=run)


def _add_pool(verbs: Commands) -> None:
    pool = verbs.add_parser("pool", help="pool effects, or say why they may not be pooled")
    pool.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="results by id, as pmcf-uk-2y-nrs-change, or lines of evidence, as other-cohorts",
    )
    pool.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="pool a table of your own: study,value,se or study,treated,control with groups as"
        " `effect` takes them",
    )
    pool.add_argument(
        "--measure",
        choices=("", *MEASURES),
        default="",
        metavar="MEASURE",
        help=f"what two groups of that table are compared by: {', '.join(MEASURES)}",
    )
    pool.add_argument(
        "--scale",
        choices=SCALES,
        default="logit",
        help="on which scale proportions are pooled; default: %(default)s",
    )
    pool.add_argument(
        "--method",
        choices=(*METHODS, "every"),
        default="reml",
        help="how tau² is estimated, or every way side by side; default: %(default)s",
    )
    pool.add_argument(
        "--interval",
        choices=INTERVALS,
        default="hk-cautious",
        help="how the interval is reckoned; default: %(default)s, which does not become narrow"
        " because a few studies agree by chance",
    )
    pool.add_argument(
        "--show",
        action="append",
        choices=MORE,
        default=[],
        help="what to show beside it; may be repeated",
    )
    pool.add_argument(
        "--by", default="", metavar="COLUMN", help="pool the groups that a column names apart too"
    )
    pool.add_argument(
        "--over", default="", metavar="COLUMN", help="lay a line over the numbers in a column"
    )
    pool.add_argument(
        "--repeated",
        type=float,
        metavar="R",
        help="let a cohort stand several times, in three levels; R is assumed to be the correlation"
        " of its errors",
    )
    pool.add_argument(
        "--figure",
        type=Path,
        metavar="FILE",
        help="draw the forest into this file instead, as SVG or, if so named, as PNG",
    )
    add_format(pool)

    def run(options: argparse.Namespace) -> int:
        with with_statistics():
            from multifidus.cli.evidence_pool import Wanted, draw_pool, tell_pool

        wanted = Wanted(
            names=tuple(options.names),
            data=options.data,
            measure=options.measure,
            scale=options.scale,
            method=options.method,
            interval=options.interval,
            form=options.format,
            more=tuple(dict.fromkeys(options.show)),
            by=options.by,
            over=options.over,
            repeated=options.repeated,
        )
        if options.figure:
            from multifidus.cli.evidence_figure import tell_drawing

            print(tell_drawing(draw_pool(wanted), options.figure))
            return DONE
        print(tell_pool(wanted))
        return DONE

    pool.set_defaults(command=run)


def _add_check(verbs: Commands) -> None:
    check = verbs.add_parser("check", help="find what does not fit among extracted numbers")
    check.add_argument(
        "results",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="a table of results in the form of results.csv; default: the project's own",
    )
    check.add_argument(
        "--studies", type=Path, metavar="FILE", help="the studies that the table speaks of"
    )
    add_format(check)

    def run(options: argparse.Namespace) -> int:
        from multifidus.cli.evidence_check import tell_findings

        print(tell_findings(options.results, options.studies, options.format))
        return DONE

    check.set_defaults(command=run)


def _add_anchors(verbs: Commands) -> None:
    anchors = verbs.add_parser(
        "anchors", help="reckon published numbers again, and name the method that gives them"
    )
    add_format(anchors)

    def run(options: argparse.Namespace) -> int:
        with with_statistics():
            from multifidus.cli.evidence_anchors import tell_anchors

        print(tell_anchors(options.format))
        return DONE

    anchors.set_defaults(command=run)


def _add_thresholds(verbs: Commands) -> None:
    thresholds = verbs.add_parser(
        "thresholds", help="list what counts as a response, or as a change that people notice"
    )
    add_format(thresholds)

    def run(options: argparse.Namespace) -> int:
        from multifidus.cli.evidence_thresholds import tell_thresholds

        print(tell_thresholds(options.format))
        return DONE

    thresholds.set_defaults(command=run)


def _add_figure(verbs: Commands) -> None:
    figure = verbs.add_parser("figure", help="draw a figure of the evidence")
    figure.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="which figure; default: list them"
    )
    figure.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write into this file, as SVG or, where its name ends in .png, as PNG; default:"
        " print the SVG",
    )
    _add_judgements(figure)

    def run(options: argparse.Namespace) -> int:
        from multifidus.cli.evidence_figure import tell_figure

        with with_statistics():  # forests and funnels pool
            print(tell_figure(options.name, options.output, options.judgements))
        return DONE

    figure.set_defaults(command=run)


def _add_judgements(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--judgements",
        type=Path,
        metavar="FILE",
        help="rate by the judgements in this file; default: the project's own",
    )
