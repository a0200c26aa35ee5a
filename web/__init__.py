"""The page: models of names that train in a browser, by the package's own arrows.

models     what is on the menu, and the functions of each model's module
modules    a module of WebAssembly and its manifest, as a browser or wasmtime runs it
build      everything that the page is made of, into `web/dist`
__main__   serves it: python -m web
src        the page itself, in TypeScript
"""
