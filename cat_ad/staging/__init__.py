"""Staging: a function of arrays, run once on symbols, becomes a straight line of operations that write to buffers.

A composed pipeline makes closures at each call, those of its derivative, which depend on the point. But at each call
they are the same functions, and only hold other arrays. So one run on symbols finds all operations on arrays, and no
closure is left (partial evaluation; Futamura 1971). Equal operations are done once, those that nobody needs are
dropped, and the memory of results is used again. The law is that nothing else changes:

    stage(fn)(*arguments) = fn(*arguments)            for pure functions of arrays, and numbers, in trees

bit for bit in NumPy, and up to rounding in C. Where an argument is not contiguous (in Fortran order, or reversed, say),
it is up to rounding in NumPy too, since products and sums may add its entries in another order. So it is where entries
of a transpose are computed with: unstaged, the result lies in memory as the transpose does, and staged row by row.

>>> import numpy as np
>>> from cat_ad import Scalar, exp, gradient, sin
>>> staged = stage(gradient(sin(Scalar) >> exp(Scalar)))
>>> staged(np.asarray(0.0))
np.float64(1.0)
>>> print(staged.source)
def workspace():
    return ()
<BLANKLINE>
<BLANKLINE>
def staged(workspace, x0):
    # x0: float64[]
    # sin
    t0 = sin(x0)
    t1 = cos(x0)
    # exp
    t2 = exp(t0)
    # derivative of sin
    t3 = t1 * t2
    return t3
<BLANKLINE>
"""

from __future__ import annotations

import warnings
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

import numpy as np

from cat_ad.arrows.composing import named
from cat_ad.categories.category import A, B
from cat_ad.errors import StagingError, StagingWarning, told
from cat_ad.objects.arrays import none_negative
from cat_ad.staging.c import target as c_target
from cat_ad.staging.c.compiler import CompilerError
from cat_ad.staging.c.threads import require_threads
from cat_ad.staging.numpy import source as numpy_source
from cat_ad.staging.numpy.expressions import Compiled
from cat_ad.staging.trace.bodies import Program
from cat_ad.staging.trace.calls import require_arguments
from cat_ad.staging.trace.lines import Line, Sample
from cat_ad.staging.trace.program import traced
from cat_ad.staging.trace.symbols import Written
from cat_ad.staging.trace.trees import Form, Tree, flatten, unpacker
from cat_ad.staging.wasm.module import Module, Traced

if TYPE_CHECKING:
    from cat_ad.objects.array_types import Function, OfParameters
    from cat_ad.staging.staged_types import StagedFunction, StagedOfParameters

TARGETS = "numpy", "c", "wasm"
VERSIONS = 32  # of a staged function, each with its buffers; the one that was not called for longest is dropped first

P = ParamSpec("P")
R = TypeVar("R")
X = TypeVar("X")


@overload
def stage(
    fn: Function[A, B], target: str = "numpy", donate: Sequence[int] = (), threads: int = 1
) -> StagedFunction[A, B]: ...
@overload
def stage(
    fn: OfParameters[X, A, B], target: str = "numpy", donate: Sequence[int] = (), threads: int = 1
) -> StagedOfParameters[X, A, B]: ...
@overload
def stage(fn: Callable[P, R], target: str = "numpy", donate: Sequence[int] = (), threads: int = 1) -> Staged[P, R]: ...
def stage(fn: Any, target: str = "numpy", donate: Sequence[int] = (), threads: int = 1) -> Any:  # Any: one of these
    """The same function, compiled at the first call with arrays of new shapes or dtypes; `VERSIONS` of these are kept.

    `fn` is a pure function of trees (tuples, lists, dictionaries, dataclasses) of arrays and numbers, written with
    arrows, optimisers and the array API. It must not ask for the class of an array, and what it reads besides its
    arguments is read at the first call only. Each array of a result is the caller's own: it can be written to, and
    shares no memory with another one or with an argument. A function among the results is staged when it is called;
    until then the arguments must not change, so none may be donated.

    The arguments at the positions in `donate` are given up: their arrays may be written over, or returned as results.
    So these arrays must be writable, and share no memory with other arguments; only the very same array may be there
    twice.

    Raises `StagingError` for another target, or what is no sequence of positions; and, at a call, for another number of
    arguments than `fn` takes, and where `fn` does what is no operation on arrays, or what the target cannot do. What
    `fn` itself refuses is refused in its own words.

    A function of NumPy, or a ufunc of another library, that staging does not look into is called as it is, of arrays
    that it cannot write to; its result must have the same shape and dtype at each call. In C, a ufunc is known once it
    has a name there: `names_in_c[scipy.special.erf] = "erf"`.

    With the target "c", a call is one call of C: compiled by the machine's own compiler, for this very machine, and
    kept in the user's cache folder. What C cannot express (functions that are called as they are, linear algebra,
    complex numbers) is a call of Python, after which C goes on, with one `StagingWarning` that names it. Where there
    is no compiler, NumPy runs instead, with one `StagingWarning`. So too where the compiler rejects the source: that is
    a fault of this library, or of a name in `names_in_c`, and the warning says so.

    In C, large loops can be shared among `threads`, if the compiler has OpenMP: the results are the same, bit for bit.
    Large products that are left to the BLAS of NumPy run on as many threads as that is set to. A process that has run
    threads cannot be forked: its child would wait for them. Raises `StagingError` for more threads than processors.

    With the target "wasm", `save` writes a WebAssembly module for a browser, or whatever else runs it; a call here says
    for what arrays that is, and runs NumPy. There, each argument that is in `donate` is updated: it must have a result
    that takes its place, of its form, shapes and dtypes.
    """
    if not callable(fn):
        raise StagingError(f"stage: wanted a function, got {told(fn)}")
    if not isinstance(target, str) or target not in TARGETS:
        raise StagingError(f"stage: wanted a target of {', '.join(TARGETS)}, got {told(target)}")
    if not isinstance(donate, Sequence) or any(type(number) is not int for number in donate):
        raise StagingError(f"stage: wanted donate as a sequence of numbers of arguments, got {donate!r}; write (0,)")
    require_threads(threads, target)
    return Staged(fn, target, tuple(donate), threads)


class Staged(Generic[P, R]):
    """A staged function: `staged(...)` is `fn(...)`."""

    def __init__(self, fn: Callable[P, R], target: str, donate: tuple[int, ...], threads: int = 1) -> None:
        """See `stage`."""
        self.fn = fn
        self.target = target
        self.donate = donate
        self.threads = threads
        self._versions = OrderedDict[Hashable, list[_Version]]()  # what was called last is the last
        self._latest: _Version | None = None

    def __call__(self, *arguments: P.args, **more: P.kwargs) -> R:
        """What `fn` gives."""
        if more:
            raise StagingError(f"stage: wanted arguments by position, got {', '.join(more)} by name")
        version = self._latest
        leaves: Sequence[Sample] | None = version.leaves(arguments) if version else None
        if version is None or leaves is None or not version.fits(leaves):
            leaves, form = flatten(arguments)
            if any(isinstance(leaf, Written) for leaf in leaves):
                require_arguments(self.fn, arguments)
                return self.fn(*arguments, **more)  # within a function that is staged, it is a part of that
            version = self._version(leaves, form)
        result: R = version(leaves)
        return result

    def _version(self, leaves: Sequence[Sample], form: Form) -> _Version:
        key = form, tuple([_kind(leaf) for leaf in leaves])
        versions = self._versions.pop(key, [])
        version = next((version for version in versions if version.fits(leaves)), None)
        if version is None:
            version = _Version(self.fn, form, leaves, self.donate, self.target, self.threads)
            versions.append(version)
        self._versions[key], self._latest = versions, version
        if len(self._versions) > VERSIONS:
            self._versions.popitem(last=False)
        return version

    def __repr__(self) -> str:
        """The call that makes it."""
        more = "" if told(self.threads) == "1" else f", threads={told(self.threads)}"
        return f"stage({named(self.fn)}, target={told(self.target)}, donate={told(self.donate)}{more})"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:  # Any: as Python has it
        """A copy, or what comes back from a pickle, is staged anew."""
        return stage, (self.fn, self.target, self.donate, self.threads)

    @property
    def source(self) -> str:
        """The source of the function that the latest call ran. Raises `StagingError` before the first call."""
        return self._called("the source").code.source

    @property
    def traced(self) -> Traced:
        """The program of the latest call, for WebAssembly. Raises `StagingError` before the first call."""
        found = self._called("the program").traced
        assert found, "only for that target"
        return found

    def _called(self, what: str) -> _Version:
        if self._latest is None:
            raise StagingError(f"stage: wanted {what} of a call, but there was none; call it first")
        return self._latest


def _kind(leaf: Sample) -> Hashable:
    return type(leaf), (leaf.shape, leaf.dtype) if isinstance(leaf, np.ndarray) else None


class _Version:
    """A staged function for arrays of certain shapes and dtypes."""

    def __init__(
        self,
        fn: Callable[..., Any],
        form: Form,
        leaves: Sequence[Sample],
        donate: tuple[int, ...],
        target: str,
        threads: int,
    ) -> None:  # Any: whatever it gives
        """Compiled for a tuple of arguments of this form, with these leaves."""
        asks = target == "numpy"  # in C it costs less to be right for all
        require_arguments(fn, form.parts)
        program = traced(fn, form, leaves, None if donate else partial(stage, target=target, threads=threads), asks)
        self.found = program.found
        numbers = [len(flatten(part)[0]) for part in form.build(leaves)]
        if not set(donate) <= set(range(len(numbers))):
            raise StagingError(f"stage: wanted donate to number some of {len(numbers)} arguments, got {donate}")
        starts = [0, *accumulate(numbers)]
        places = [at for i in donate for at in range(starts[i], starts[i + 1]) if not program.inputs[at].is_number]
        self.given = frozenset(places)  # leaves that are given up
        self.traced = Traced(fn, form, program, donate) if target == "wasm" else None
        self.code = _compiled(program, frozenset(program.inputs[at] for at in places), target, threads)
        if self.traced:
            (module := Module()).add("run", self.traced)
            self.code = replace(self.code, source=module.source)
        self.leaves = unpacker(form, leaves)
        self._idle: list[tuple[Sample, ...]] = []  # workspaces that no thread uses

    def fits(self, leaves: Sequence[Sample]) -> bool:
        """Is true of these what was found when the program was made?"""
        return not self.found or all(none_negative(leaves[at]) is answer for at, answer in self.found)

    def __call__(self, leaves: Sequence[Sample]) -> Tree:
        """The result, in a workspace that no other thread writes to."""
        if self.given and len(set(map(id, leaves))) < len(leaves):
            leaves = self._apart(leaves)
        try:
            workspace = self._idle.pop()
        except IndexError:
            workspace = self.code.workspace()
        try:
            return self.code.run(workspace, *leaves)
        finally:
            self._idle.append(workspace)

    def _apart(self, leaves: Sequence[Sample]) -> Sequence[Sample]:
        """The leaves, with a copy of each that is given up, but is there twice."""
        many = Counter(map(id, leaves))
        return [np.array(x) if at in self.given and many[id(x)] > 1 else x for at, x in enumerate(leaves)]


def _compiled(program: Program, given: frozenset[Line], target: str, threads: int) -> Compiled:
    """Compiled for this target; or for NumPy, with a warning, if no C compiler works, or it rejects the source."""
    if target == "c":
        try:
            code = c_target.compiled(program, given, threads)
            if code.called:
                _notice(f"stage: C calls Python for {', '.join(code.called)}; the rest runs in C")
            return code
        except CompilerError as error:
            _notice(f"{error}; running NumPy instead")
    return numpy_source.compiled(program, given)


@lru_cache
def _notice(text: str) -> None:
    """Warn, once."""
    warnings.warn(text, StagingWarning, stacklevel=6)  # whoever called what is staged
