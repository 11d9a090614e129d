"""A container's health check: ``python ops/probe.py URL`` succeeds where a GET of URL does. Standard library only.

PROBE_CA names the certificate authority to trust for https.
"""

from __future__ import annotations

import os
import ssl
import sys
import urllib.request


def main() -> int:
    """Command line. Returns the exit status."""
    context = ssl.create_default_context(cafile=os.environ.get("PROBE_CA"))
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=8, context=context) as reply:  # noqa: S310 - an address of our own compose file
            return 0 if reply.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
