"""The reports as people look at them: headline, charts, tables; on the reports page, in the monthly pack, in Excel and CSV.

Everything here reads the report tables alone, which hold a set of rows for each closed date.
"""
