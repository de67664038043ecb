"""
What works with a dictionary alone: `multifidus dictionary`, its arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_format, library_arguments, show_help
from multifidus.cli.lines import tell
from multifidus.cli.status import DONE, WRONG_POLICY

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_dictionary(commands: Commands) -> None:
    """Add the command that shows a dictionary, and gives it in other people's languages."""
    dictionary = commands.add_parser(
        "dictionary", help="show the data elements, or give them to other people's programs"
    )
    dictionary.set_defaults(command=lambda _options: show_help(dictionary))
    verbs = dictionary.add_subparsers(metavar="VERB")
    _add_show(verbs)
    views = verbs.add_parser(
        "views",
        parents=[library_arguments()],
        help="write the views of SQL on FHIR that lay records flat, element by element",
    )
    views.add_argument(
        "name", nargs="?", default="low-back-pain", metavar="NAME", help="default: low-back-pain"
    )
    views.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder for a file each"
    )
    views.add_argument(
        "--partial", action="store_true", help="exit 0 although rules had to be left out"
    )
    views.set_defaults(command=_views)


def _add_show(verbs: Commands) -> None:
    show = verbs.add_parser(
        "show",
        parents=[library_arguments()],
        help="list the data elements, or show what is asked, where a record keeps it, what silence"
        " means and which policies ask",
    )
    show.add_argument(
        "elements", nargs="*", metavar="ELEMENT", help="an element's name; default: list them all"
    )
    show.add_argument(
        "--dictionary", default="low-back-pain", metavar="NAME", help="default: %(default)s"
    )
    add_format(show)
    show.set_defaults(command=_show)


def _show(options: argparse.Namespace) -> int:
    from multifidus.cli.dictionary import show_dictionary

    told = show_dictionary(
        options.dictionary,
        options.elements,
        library=tuple(options.library),
        as_json=options.format == "json",
    )
    print(told)
    return DONE


def _views(options: argparse.Namespace) -> int:
    from multifidus.cli.views import write_views

    written = write_views(options.name, folder=options.out, library=tuple(options.library))
    tell(written.gaps)
    print(written.told)
    return DONE if options.partial or not written.gaps else WRONG_POLICY
