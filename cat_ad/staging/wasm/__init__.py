"""The target WebAssembly: staged functions as one module, for a browser or whatever else runs it."""
