"""An independent oracle: lives a loan's days one by one in exact fractions of a cent, written from docs/lending.md alone.

``plan`` and ``days`` know nothing of the code that they check; ``scene`` lends by the pipeline's own steps and compares.
"""
