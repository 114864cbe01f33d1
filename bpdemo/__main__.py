"""`python -m bpdemo` is the command `bpdemo`."""

import sys

from bpdemo.command import main

if __name__ == "__main__":
    sys.exit(main())
