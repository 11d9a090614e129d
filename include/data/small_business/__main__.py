"""``python -m include.data.small_business [FOLDER] [--cut-over 2014-08-31]``: make an opening book of real small-business loans."""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

from include.data.small_business.book_files import write_book
from include.places import home_folder

# after the last disbursement and the last charge-off of the file: every loan is in the book, 1,152 of them still running
LAST_CUT_OVER = date(2014, 8, 31)


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.data.small_business", description=__doc__)
    home = home_folder() / "small_business"
    parser.add_argument("folder", nargs="?", type=Path, default=home, help="default: MILLRACE_HOME/small_business")
    parser.add_argument(
        "--cut-over", type=date.fromisoformat, default=LAST_CUT_OVER, metavar="DATE", help=f"end of this date (default {LAST_CUT_OVER})"
    )
    options = parser.parse_args(arguments)
    started = time.monotonic()
    manifest = write_book(options.folder, options.cut_over)
    states = ", ".join(f"{group['loans']} {state}" for state, group in manifest["by_state"].items())
    left_out = len(manifest["source"]["disbursed_after_the_cut_over"])
    print(
        f"{options.folder}: {manifest['totals']['loans']} loans as of {options.cut_over} ({states}), {left_out} left out as disbursed"
        f" later; {manifest['totals']['principal_outstanding']} outstanding ({time.monotonic() - started:.1f} s)"
    )
    print(f"Take it over into an empty schema: python -m include.steps.book --from {options.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
