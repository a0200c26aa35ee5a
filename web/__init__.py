"""The page: models of names that train in a browser, by the package's own arrows.

models     what is on the menu, and the functions of each model's module
boxes      backpropagation box by box, for one of these functions
sources    the function that builds a model: which of its expressions made each box
origins    which box each line of a staged step comes from, and each box of a derivative
revealed   the types that mypy infers
readings   one arrow, many readings
menu       what the page reads of a model before it has its module
modules    a module of WebAssembly and its manifest, as a browser or wasmtime runs it
packing    Python for the cells: Pyodide and this library; `precompile`, `cell` and `standins` run inside it
build      all that the page is made of, into `web/dist`
serving    files for this machine's browser
__main__   python -m web
src        the page, in TypeScript: `main.ts` is what it shows, of which `parts/` has one file each; `worker.ts` trains.
           What both say to each other is in `protocol.ts`; what the parts share, in `page.ts`. `cells.ts` makes cells
           of Python, here and in lessons, of which `python.ts` is the worker and `editor.ts` what one writes in

Of the rest of `src`, each file is a file of the programs, or of what they use, once more: `random` is NumPy's and
Python's generators, `names` and `data` are `experiments/data`, `trainer` and `checkpoint` are `experiments/training`,
`scoring` and `sampling` are `experiments/models`. Tests ask both, and want the same answer.
"""
