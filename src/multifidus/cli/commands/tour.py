"""What shows the program to whoever meets it first: `multifidus demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.status import DONE

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_tour(commands: Commands) -> None:
    """Add the command that runs made-up charts."""
    demo = commands.add_parser("demo", help="run four made-up charts and explain what one sees")
    demo.set_defaults(command=_demo)


def _demo(_options: argparse.Namespace) -> int:
    from multifidus.cli.demo import demo

    print(demo())
    return DONE
