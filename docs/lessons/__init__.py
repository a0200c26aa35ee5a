"""Twelve lessons, and the road to a GPT: each a plain program with prose, which runs as a test and becomes a page.

A cell begins with `# %%`, and one of prose with `# %% [markdown]`, as editors and Jupyter read it. Of the tags of a
cell, `run` gives it a button in the browser, and `exercise` an editor too. Where a line is wrong on purpose, the comment
below it, `# mypy: `, is what mypy says of it, and `# type: ignore` keeps it quiet: both are tested.
"""
