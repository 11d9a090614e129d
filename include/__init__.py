"""Millrace: the daily close of a working-capital lender."""
