"""Categories of linear maps, in any of which a derivative can be: one a file."""
