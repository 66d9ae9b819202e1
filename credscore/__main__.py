"""``python -m credscore`` is the command ``credscore``."""

import sys

from credscore.cli import main

if __name__ == "__main__":
    sys.exit(main())
