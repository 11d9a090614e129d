"""How fast a day closes: a maker of books of any size, and one command that measures a whole close.

``make bench LOANS=100000 REPAYMENTS=20000 SHARDS=2`` (or ``python -m bench``); the last line is JSON. docs/scale.md has results.
"""
