"""What makes a policy public: `multifidus publish`, its arguments and what runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_limit, add_on, library_arguments, today
from multifidus.cli.commands.evidence import with_statistics
from multifidus.cli.commands.proofs import with_solver
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_publish(commands: Commands) -> None:
    """Add `publish`."""
    publish = commands.add_parser(
        "publish",
        parents=[library_arguments()],
        help="write the library as a static site that needs no server",
    )
    publish.add_argument(
        "--site",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder of the site: a new or empty one, or one that an earlier run wrote",
    )
    add_on(publish, "the day that the site tells of, as 2026-03-01; default: today")
    add_limit(publish, "how long one proof may take")
    publish.set_defaults(command=_publish)


def _publish(options: argparse.Namespace) -> int:
    with with_solver(), with_statistics():
        from multifidus.cli.site import Wanted, publish_site

        wanted = Wanted(
            folder=options.site,
            on=options.on or today(),
            limit=options.limit,
            library=tuple(options.library),
        )
        print(publish_site(wanted))
    return DONE
