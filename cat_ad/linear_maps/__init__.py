"""Categories of linear maps, one a file. A derivative can be an arrow of any of them."""
