"""`python -m multifidus.cli`."""

import sys

from multifidus.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
