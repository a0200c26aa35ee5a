"""The pages of the project: lessons, exercises with their checks, how-tos, and what builds a site of them."""
