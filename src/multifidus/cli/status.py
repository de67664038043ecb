"""The exit status of a command, which scripts read."""

DONE, WRONG_POLICY, WRONG_USAGE, UNREADABLE_RECORD = 0, 1, 2, 3
INTERRUPTED, TERMINATED = 130, 143
"""As shells have it: 128, and the number of the signal."""


class Terminated(KeyboardInterrupt):
    """The system asked to end (SIGTERM); it is obeyed as Ctrl-C is."""
