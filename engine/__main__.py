"""`python -m engine` runs the same verbs as the script `procurify-syspro`."""

import sys

from engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
