"""``python -m bench``."""

from bench.close_day import main

raise SystemExit(main())
