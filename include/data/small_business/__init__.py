"""A loan book of real small-business loans: sba_loans.csv as the files of an opening book, as of any cut-over.

Which columns are real and what is generated is in include/data/README.md.
"""
