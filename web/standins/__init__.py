"""What drawing an arrow needs of DisCoPy and Matplotlib, in a page, which can have neither.

DisCoPy imports Matplotlib, and that is compiled code that no registry has for Pyodide. What `cat_ad.readings.diagrams`
asks of them is little: diagrams that are composed, and lines, boxes and words on paper. `web/packing.py` puts these
modules in their place, so that an arrow shows its picture in a cell, and `draw` writes it; tests compare both.
"""
