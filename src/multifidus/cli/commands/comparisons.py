"""
The arguments of `multifidus policy diff | compare | state | changes | timeline`, and what runs.

What a command needs is imported when it runs; all of them prove, and need the solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_format, add_limit, add_on, add_output, day, today
from multifidus.cli.extras import with_solver
from multifidus.cli.status import DONE
from multifidus.cli.written import given

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands

CHOOSES_VERSIONS = "the day that chooses the versions, as 2026-03-01; default: today"
A_PROOF = "how long one proof may take"


def add_comparisons(verbs: Commands, library: argparse.ArgumentParser) -> None:
    """Add the verbs that set policies side by side, or follow them through time."""
    _add_diff(verbs, library)
    _add_compare(verbs, library)
    _add_state(verbs, library)
    _add_changes(verbs, library)
    _add_timeline(verbs, library)


def _add_diff(verbs: Commands, library: argparse.ArgumentParser) -> None:
    diff = verbs.add_parser(
        "diff", parents=[library], help="show by what they mean how two policies differ"
    )
    diff.add_argument("first", metavar="A", help="a policy's id, or id@version: what was")
    diff.add_argument("second", metavar="B", help="what it is compared with: what is now")
    add_on(diff, CHOOSES_VERSIONS)
    add_limit(diff, A_PROOF)
    add_format(diff)

    def run(options: argparse.Namespace) -> int:
        with with_solver():
            from multifidus.cli.diff import Wanted, diff_in_json, diff_in_text

        wanted = Wanted(
            first=options.first,
            second=options.second,
            on=options.on or today(),
            limit=options.limit,
            library=tuple(options.library),
        )
        print(diff_in_json(wanted) if options.format == "json" else diff_in_text(wanted))
        return DONE

    diff.set_defaults(command=run)


def _add_compare(verbs: Commands, library: argparse.ArgumentParser) -> None:
    compare = verbs.add_parser(
        "compare",
        parents=[library],
        help="show which payer asks more than the guideline and the label, element by element",
    )
    compare.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="ID",
        help="a policy to compare with; may be repeated; default: guideline and label",
    )
    add_on(compare, CHOOSES_VERSIONS)
    add_limit(compare, A_PROOF)
    add_output(compare, ("text", "csv", "html"))

    def run(options: argparse.Namespace) -> int:
        with with_solver():
            from multifidus.cli.restrictive import Wanted, tell_restrictiveness

        wanted = Wanted(
            to=tuple(options.to),
            on=options.on or today(),
            limit=options.limit,
            form=options.format,
            output=options.output,
            library=tuple(options.library),
        )
        print(tell_restrictiveness(wanted))
        return DONE

    compare.set_defaults(command=run)


def _add_state(verbs: Commands, library: argparse.ArgumentParser) -> None:
    state = verbs.add_parser("state", parents=[library], help="list what every payer does on a day")
    add_on(state, CHOOSES_VERSIONS)
    add_output(state, ("text", "csv", "json"))

    def run(options: argparse.Namespace) -> int:
        with with_solver():
            from multifidus.cli.trend import tell_state

        told = tell_state(options.on or today(), options.format, options.library)
        print(given(told, options.output))
        return DONE

    state.set_defaults(command=run)


def _add_changes(verbs: Commands, library: argparse.ArgumentParser) -> None:
    changes = verbs.add_parser(
        "changes", parents=[library], help="list what changed between two days"
    )
    changes.add_argument(
        "--from", dest="first", type=day, required=True, metavar="DATE", help="after this day"
    )
    changes.add_argument(
        "--to", dest="last", type=day, required=True, metavar="DATE", help="up to this day"
    )
    add_output(changes, ("text", "csv", "json"))

    def run(options: argparse.Namespace) -> int:
        with with_solver():
            from multifidus.cli.trend import tell_changes

        days = (options.first, options.last)
        print(given(tell_changes(*days, options.format, options.library), options.output))
        return DONE

    changes.set_defaults(command=run)


def _add_timeline(verbs: Commands, library: argparse.ArgumentParser) -> None:
    timeline = verbs.add_parser(
        "timeline", parents=[library], help="draw who covers when, with the events"
    )
    add_on(timeline, "draw a line at this day; default: none")
    add_output(timeline, ("text", "svg"))

    def run(options: argparse.Namespace) -> int:
        with with_solver():
            from multifidus.cli.trend import tell_timeline

        told = tell_timeline(options.on, options.format, options.library)
        print(given(told, options.output))
        return DONE

    timeline.set_defaults(command=run)
