"""Learning is one composite of lenses (Cruttwell, Gavranovic, Ghani, Wilson & Zanasi 2022, sections 3 and 4).

A lens from a product may be seen as parametrised by the first factor, as an arrow is in `Para`. Then model, loss,
optimiser and learning rate are one kind of thing:

    model          ParametricLens[P, P, A, A, B, B]                  its parameters come in from above, at the port
    loss           ParametricLens[Y, Y, B, B, Scalar, Scalar]        so does its target
    optimiser      Lens[tuple[State[P], P], tuple[State[P], P], P, P]    a lens onto the port of the model
    learning rate  Lens[Scalar, Scalar, Scalar, Unit]                the way there ends here, and the way back begins

`>>` collects ports, as `Para` collects parameters. `f.along(g)` puts a lens onto the port of f: that is what an
optimiser is for, and the general form of reparametrisation. Through the whole, the way there is a prediction and its
loss, and the way back is backpropagation and an update; so put is a step of training, and that is all there is to it:

>>> import numpy as np
>>> from cat_ad import Dim, Float, Scalar, dot, dup, linear, sub, swap
>>> from cat_ad.learning.lenses import lens
>>> from cat_ad.learning.optimizers import nesterov
>>> class In(Dim, size=3): ...
>>> class Out(Dim, size=2): ...
>>> model = linear(In, Out)
>>> optimizer = nesterov(lr=1.0, momentum=0.5)
>>> error = swap(Float[Out], Float[Out]) >> sub(Float[Out]) >> dup(Float[Out]) >> dot(Out)    # target, prediction
>>> learn = (
...     ParametricLens(lens(model.arrow)).along(optimizer.lens(model.parameters))
...     >> ParametricLens(lens(error))
...     >> learning_rate(0.02)
... )
>>> params = model.init(np.random.default_rng(0))
>>> state = optimizer.init(params)
>>> x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0])
>>> for _ in range(50):
...     ((state, params), _), _ = learn.lens.put((((state, params), y), x), ())
>>> model(params, x).round(3)
array([ 1., -0.])

What goes back to the data is the gradient with respect to it, for whoever wants to change the data (deep dreaming,
section 4.2). `training_step` is this composite for a loss of parameters and data. `scheduled_training_step`, by which
the experiments train, is the same with the learning rate as an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, TypeAlias, overload

from cat_ad.arrows.composing import Composable, cannot, named, unknown
from cat_ad.arrows.parametrised import P, Para, Q
from cat_ad.arrows.printing import WHOLE, held
from cat_ad.categories.category import A, B, C, D
from cat_ad.errors import SpaceError, require_number, told
from cat_ad.learning.lenses import Ends, Lens, S, T, U, V, X, Y, checked, identity, lens, require_fit
from cat_ad.learning.optimizers import LearningRate, Optimizer, State, scheduled
from cat_ad.objects.arrays import namespace
from cat_ad.objects.spaces import UNIT, Scalar, Unit, factors, product, show

Step: TypeAlias = tuple[tuple[State[P], P], X]  # state, parameters and data; or after a step, the gradient of the data
ScheduledStep: TypeAlias = tuple[tuple[float, tuple[State[P], P]], X]  # the same, and a learning rate


@dataclass(frozen=True, eq=False)
class ParametricLens(Composable, Generic[P, Q, S, T, A, B]):
    """A lens from (P x S, Q x T) to (A, B), seen as one from (S, T) to (A, B) with a port to (P, Q).

    An arrow of `Para` becomes one by `ParametricLens(lens(f.arrow))`, which is a functor: it keeps `>>` and `*`. Raises
    `SpaceError` for anything but a lens from products of two.
    """

    lens: Lens[tuple[P, S], tuple[Q, T], A, B]

    def __post_init__(self) -> None:
        """Raise `SpaceError` unless there is a port."""
        if not isinstance(self.lens, Lens):
            raise SpaceError(f"ParametricLens: wanted a lens, got {told(self.lens)}; lens(model.arrow) makes one")
        for side in self.lens.dom:
            if len(factors(side)) != 2:
                raise SpaceError(f"ParametricLens: wanted a lens from parameters and input, got one from {show(side)}")

    @property
    def port(self) -> tuple[type[P], type[Q]]:
        """The objects at the port."""
        (p, _), (q, _) = map(factors, self.lens.dom)
        return p, q

    @property
    def dom(self) -> tuple[type[S], type[T]]:
        """The objects where it begins, beside the port."""
        (_, s), (_, t) = map(factors, self.lens.dom)
        return s, t

    def along(self, g: Lens[U, V, P, Q]) -> ParametricLens[U, V, S, T, A, B]:
        """Reparametrised: its parameters are what `g` gets, and what comes back to them is put into `g`.

        This is `g * identity(*self.dom) >> self.lens`, in one function, since every step of a training runs it. Raises
        `CompositionError` unless g ends at the port.
        """
        if not isinstance(g, Lens):
            raise SpaceError(f"along: wanted a lens to the parameters of {named(self)}, got {told(g)}")
        name = f"{self}.along({g})"
        of_port, of_all, (s, t), (u, v) = g.run, self.lens.run, self.dom, g.dom
        require_fit(g, self, g.cod, self.port)

        def run(there: tuple[U, S]) -> tuple[A, Callable[[B], tuple[V, T]]]:
            port, s = checked(name, there)
            p, back_to_u = of_port(port)
            a, back_to_both = of_all((p, s))

            def back(b: B) -> tuple[V, T]:
                q, t = back_to_both(b)
                return back_to_u(q), t

            return a, back

        return ParametricLens(Lens(name, (product(u, s), product(v, t)), self.lens.cod, run))

    @overload
    def __rshift__(
        self, then: ParametricLens[U, V, A, B, C, D]
    ) -> ParametricLens[tuple[P, U], tuple[Q, V], S, T, C, D]: ...
    @overload
    def __rshift__(self, then: Lens[A, B, C, D]) -> ParametricLens[P, Q, S, T, C, D]: ...
    def __rshift__(self, then: ParametricLens[Any, Any, A, B, C, D] | Lens[A, B, C, D]) -> SomeParametricLens:
        """First this, then that, whose port stands beside this one's; `CompositionError` unless the ends fit."""
        if isinstance(then, Lens):
            return ParametricLens(self.lens >> then)
        if not isinstance(then, ParametricLens):
            return unknown(self, ">>", then)
        require_fit(self, then, self.lens.cod, then.dom)
        return ParametricLens(
            _threaded(self.port, then.port, self.dom) >> identity(*then.port) * self.lens >> then.lens
        )

    def __rrshift__(self, before: Lens[U, V, S, T]) -> ParametricLens[P, Q, U, V, A, B]:
        """First a lens without a port, then this."""
        if not isinstance(before, Lens):
            raise cannot(before, ">>", self)
        require_fit(before, self, before.cod, self.dom)
        return ParametricLens(identity(*self.port) * before >> self.lens)

    def __mul__(
        self, other: ParametricLens[U, V, X, Y, C, D]
    ) -> ParametricLens[tuple[P, U], tuple[Q, V], tuple[S, X], tuple[T, Y], tuple[A, C], tuple[B, D]]:
        """Side by side, with both ports."""
        if not isinstance(other, ParametricLens):
            return unknown(self, "*", other)
        return ParametricLens(_interchanged(self.port, other.port, self.dom, other.dom) >> self.lens * other.lens)

    def __str__(self) -> str:
        """The lens that it is, in parentheses where an operator beside it would take it apart."""
        return held(str(self.lens), self.lens.tightness, WHOLE)

    def __repr__(self) -> str:
        """The lens that it is."""
        return repr(self.lens)


SomeParametricLens: TypeAlias = ParametricLens[Any, Any, Any, Any, Any, Any]  # Any: what the overloads say


def learning_rate(lr: float) -> Lens[Scalar, Scalar, Scalar, Unit]:
    """Where the way there turns into the way back: get shows the loss, and put, given nothing, sends back the rate.

    (In the paper it ends in the unit both ways, and the loss is not seen; and the rate is negative, since optimisers
    there add what they are given. Here they subtract.) For `sgd`, with or without momentum, and `nesterov` the rate may
    stand here as well as in the optimiser: `sgd(1.0)` with `learning_rate(lr)` trains as `sgd(lr)` with
    `learning_rate(1.0)` does. Not for `adagrad` and `adam`, which divide by the size of the gradients that they are
    given: that cancels a rate from here. Nor can a rate here depend on the step: a lens counts no steps, but the state
    of an optimiser does, and whoever calls a `scheduled_training_step` can. Raises `SpaceError` unless the rate is a
    finite number.
    """
    rate = require_number("learning_rate", "a finite number", lr, -inf, inf)

    def run(loss: Scalar) -> tuple[Scalar, Callable[[Unit], Scalar]]:
        return loss, lambda _: namespace(loss).asarray(rate, dtype=getattr(loss, "dtype", None))

    return Lens(f"learning_rate({rate:g})", (Scalar, Scalar), (Scalar, UNIT), run)


def training_step(loss: Para[P, X, Scalar], optimizer: Optimizer) -> Lens[Step[P, X], Step[P, X], Scalar, Unit]:
    """A step of training: get is the loss, put the new state and parameters, and the gradient with respect to the data.

        loss, ((state, params), _) = step.get_and_put(((state, params), data), ())

    It is the loss along the optimiser, and then a learning rate of 1: the optimiser has its own. Raises `SpaceError`
    for anything but a `Para` and an `Optimizer`, `CompositionError` for a loss that does not end in `Scalar`.
    """
    if not isinstance(loss, Para) or not isinstance(optimizer, Optimizer):
        raise SpaceError(f"training_step: wanted a Para and an Optimizer, got {named(loss)} and {told(optimizer)}")
    return (ParametricLens(lens(loss.arrow)).along(optimizer.lens(loss.parameters)) >> learning_rate(1.0)).lens


def scheduled_training_step(
    loss: Para[P, X, Scalar], optimizer: Callable[[LearningRate], Optimizer]
) -> Lens[ScheduledStep[P, X], Step[P, X], Scalar, Unit]:
    """A `training_step` whose learning rate is an argument, beside the state: `adam` is given, not `adam(lr)`.

        loss, ((state, params), _) = step.get_and_put(((lr, (state, params)), data), ())

    So a schedule may follow the clock, or the loss; and a step that is compiled is compiled once, for all rates:

    >>> import numpy as np
    >>> from cat_ad import Dim, Float, adam, dot, dup, linear, stage
    >>> class In(Dim, size=3): ...
    >>> class Out(Dim, size=2): ...
    >>> loss = linear(In, Out) >> dup(Float[Out]) >> dot(Out)
    >>> step = scheduled_training_step(loss, adam)
    >>> train = stage(lambda lr, now, x: step.get_and_put(((lr, now), x), ()))
    >>> params = loss.init(np.random.default_rng(0))
    >>> now, x = (adam(lr=1.0).init(params), params), np.ones(3)
    >>> for lr in (0.1, 0.05, 0.025):
    ...     size, (now, _) = train(lr, now, x)
    ...     print(float(size.round(3)))
    0.136
    0.131
    0.075

    Raises `SpaceError` unless the optimiser is a function of a rate, and otherwise what `training_step` does.
    """
    if not isinstance(loss, Para):
        raise SpaceError(f"scheduled_training_step: wanted a Para, got {named(loss)}")
    return (ParametricLens(lens(loss.arrow)).along(scheduled(optimizer, loss.parameters)) >> learning_rate(1.0)).lens


def _threaded(
    one: Ends[P, Q], other: Ends[U, V], beside: Ends[S, T]
) -> Lens[tuple[tuple[P, U], S], tuple[tuple[Q, V], T], tuple[U, tuple[P, S]], tuple[V, tuple[Q, T]]]:
    """((p, u), s) to (u, (p, s)), which sets aside u for a later lens, and back."""
    (p, q), (u, v), (s, t) = one, other, beside
    return Lens(
        "threaded",
        (product(product(p, u), s), product(product(q, v), t)),
        (product(u, product(p, s)), product(v, product(q, t))),
        lambda x: ((x[0][1], (x[0][0], x[1])), lambda y: ((y[1][0], y[0]), y[1][1])),
    )


def _interchanged(
    one: Ends[P, Q], other: Ends[U, V], left: Ends[S, T], right: Ends[X, Y]
) -> Lens[
    tuple[tuple[P, U], tuple[S, X]],
    tuple[tuple[Q, V], tuple[T, Y]],
    tuple[tuple[P, S], tuple[U, X]],
    tuple[tuple[Q, T], tuple[V, Y]],
]:
    """((p, u), (s, x)) to ((p, s), (u, x)), and back."""
    (p, q), (u, v), (s, t), (x, y) = one, other, left, right
    return Lens(
        "interchanged",
        (product(product(p, u), product(s, x)), product(product(q, v), product(t, y))),
        (product(product(p, s), product(u, x)), product(product(q, t), product(v, y))),
        lambda a: (_swapped(a), _swapped),
    )


def _swapped(pairs: tuple[tuple[A, B], tuple[C, D]]) -> tuple[tuple[A, C], tuple[B, D]]:
    (a, b), (c, d) = pairs
    return (a, c), (b, d)
