"""Arrows: the terms of the free cartesian category, the primitives they begin with, and what makes arrows of arrows."""
