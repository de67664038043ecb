"""The exit status of a command, which scripts read."""

DONE, WRONG_POLICY, WRONG_USAGE, UNREADABLE_RECORD, INTERRUPTED = 0, 1, 2, 3, 130
