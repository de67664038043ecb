"""What makes a policy public: `multifidus publish`, its arguments and what runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_limit, add_on, library_arguments, today
from multifidus.cli.extras import with_solver, with_statistics
from multifidus.cli.lines import tell
from multifidus.cli.status import DONE, WRONG_POLICY

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_publish(commands: Commands) -> None:
    """Add `publish`: one policy into a folder, or the whole library as a site."""
    publish = commands.add_parser(
        "publish",
        parents=[library_arguments()],
        help="write a policy in other people's languages, or the library as a static site",
    )
    publish.add_argument(
        "policy", nargs="?", default="", metavar="ID", help="a policy's id, or id@version"
    )
    into = publish.add_mutually_exclusive_group(required=True)
    into.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the folder for the policy: a new or empty one, or one that an earlier run wrote",
    )
    into.add_argument(
        "--site",
        type=Path,
        metavar="DIR",
        help="the folder of a site of the whole library, which needs no server",
    )
    add_on(
        publish,
        "the day that chooses the version and expands value sets, or that the site tells of;"
        " default: today chooses, and value sets are expanded for the days in force",
    )
    publish.add_argument(
        "--elm", type=Path, metavar="FILE", help="what a translator made of the CQL, to be attached"
    )
    publish.add_argument(
        "--partial",
        action="store_true",
        help="be content with less where a language cannot say a part of the policy",
    )
    add_limit(publish, "how long one proof may take")

    def run(options: argparse.Namespace) -> int:
        if bool(options.policy) != bool(options.out):
            publish.error("name a policy with --out DIR, and none with --site DIR")
        return _policy(options) if options.out else _site(options)

    publish.set_defaults(command=run)


def _policy(options: argparse.Namespace) -> int:
    with with_solver():
        from multifidus.cli.publish import Wanted, publish_policy

        wanted = Wanted(
            policy=options.policy,
            folder=options.out,
            on=options.on,
            limit=options.limit,
            elm=options.elm,
            library=tuple(options.library),
        )
        told = publish_policy(wanted, today=today())
    print(told.words)
    tell(told.gaps)
    return WRONG_POLICY if told.gaps and not options.partial else DONE


def _site(options: argparse.Namespace) -> int:
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
