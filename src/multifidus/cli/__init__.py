"""The command line: parse arguments, call the front door, print. It computes no truth value."""

from multifidus.cli.main import main

__all__ = ["main"]
