"""Primitives whose parts do not fit together, and categories that are none."""

from typing import TypeVar

from cat_ad import Additive, Dual, D, Dim, Float, Matrices, Scalar, Unit, check, primitive, tanh
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Cartesian, Hom


class Hidden(Dim, size=4): ...


class Digits(Dim, size=2): ...


A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K")


# A primitive from Float[Hidden] to Scalar
def _sum(x: Float[Hidden]) -> Scalar:
    return check(Scalar, x.sum())


def _rule(a: Float[Hidden], b: Scalar, k: Linear[K]) -> Hom[K, Float[Hidden], Scalar]:
    raise NotImplementedError


def _rule_of_digits(a: Float[Digits], b: Scalar, k: Linear[K]) -> Hom[K, Float[Digits], Scalar]:
    raise NotImplementedError


def _array(a: Float[Hidden], b: Scalar, k: Linear[K]) -> Float[Hidden]:
    return a


def _of_the_point_alone(a: Float[Hidden], k: Linear[K]) -> Hom[K, Float[Hidden], Scalar]:
    raise NotImplementedError


def _transposed(a: Float[Hidden], b: Scalar, k: Linear[K]) -> Hom[K, Float[Hidden], Scalar]:
    return k.linear_map(_sum, _sum)
    # E: [arg-type] Argument 2 to "linear_map" of "Linear" has incompatible type "Callable[[Float[Hidden]], Scalar]"


domain_of_another_value = primitive("sum", Float[Digits], Scalar, _sum, _rule_of_digits)
# E: [arg-type] Argument 4 to "primitive" has incompatible type "Callable[[Float[Hidden]], Scalar]"; expected "Callable[
rule_of_another_codomain = primitive("sum", Float[Hidden], Float[Hidden], _sum, _rule)
# E: [arg-type] expected "Callable[[Float[Hidden], Float[Hidden], Linear[Any]], Hom[Any, Float[Hidden], Float[Hidden]]]"
rule_of_another_domain = primitive("sum", Float[Hidden], Scalar, _sum, _rule_of_digits)
# E: [arg-type] Argument 5 to "primitive" has incompatible type "Callable[[Float[Digits], Scalar, Linear[K]],
rule_that_returns_an_array = primitive("sum", Float[Hidden], Scalar, _sum, _array)
# E: [arg-type] Linear[K]], Float[Hidden]]"; expected "Callable[[Float[Hidden], Scalar, Linear[Any]], Hom[Any,
rule_of_the_point_alone = primitive("sum", Float[Hidden], Scalar, _sum, _of_the_point_alone)
# E: [arg-type] "Callable[[Float[Hidden], Linear[K]], Hom[K, Float[Hidden], Scalar]]"; expected "Callable[
lambda_that_returns_an_array = primitive("cube", Scalar, Scalar, lambda x: x**3, lambda a, b, k: a)
# E: [arg-type] incompatible type "Callable[[Scalar, Scalar, Linear[Any]], Scalar]"; expected "Callable[
# E: [return-value] Incompatible return value type (got "Scalar", expected "Hom[Any, Scalar, Scalar]")
lambda_that_invents_a_word = primitive("cube", Scalar, Scalar, lambda x: x**3, lambda a, b, k: k.nothing(a))
# E: [attr-defined] "Linear[Any]" has no attribute "nothing"


# A category
class Count: ...


class Other: ...


class Unfinished(Cartesian[Count]):
    """No composition, no products."""

    def id(self, a: type[A]) -> Hom[Count, A, A]:
        return 0  # E: [return-value] (got "int", expected "Hom[Count, A, A]")

    def it(self, a: type[A]) -> Hom[Other, A, Unit]:
        # E: [override] return type "Hom[Count, A, Unit]" in supertype "Cartesian"
        raise NotImplementedError

    def exl(self, a: type[A]) -> Hom[Count, A, A]:  # E: [override] Signature of "exl" incompatible with supertype
        raise NotImplementedError


def number(arrow: Hom[Count, A, B]) -> int:
    """A user's function of one category's arrows."""
    raise NotImplementedError


def counts() -> Cartesian[Count]:
    """A right category."""
    raise NotImplementedError


arrow = tanh(Float[Hidden])
unfinished = arrow.to(Unfinished())  # E: [abstract] Cannot instantiate abstract class "Unfinished"
arrow.to(Count())  # E: [arg-type] "to" of "Arrow" has incompatible type "Count"; expected "Cartesian[
arrow.to(Additive)  # E: [arg-type] "to" of "Arrow" has incompatible type "type[Additive]"; expected "Cartesian[
read_in_another_category = number(arrow.to(Matrices()))
# E: [arg-type] "to" of "Arrow" has incompatible type "Matrices"; expected "Cartesian[Count]"
read_between_others: Hom[Count, Float[Digits], Float[Digits]] = arrow.to(counts())
# E: [assignment] Float[Hidden], Float[Hidden]]", variable has type "Hom[Count, Float[Digits], Float[Digits]]"
composed_where_they_do_not_meet = counts().compose(arrow.to(counts()), tanh(Float[Digits]).to(counts()))
# E: [misc] Cannot infer value of type parameter "B" of "compose" of "Category"
composed_with_another_category = counts().compose(arrow.to(counts()), arrow.to(Additive()))
# E: [arg-type] "to" of "Arrow" has incompatible type "Additive"; expected "Cartesian[Count]"
D(arrow)  # E: [arg-type] "D" has incompatible type "Arrow[
Dual(D(Additive()))  # E: [arg-type] "Dual" has incompatible type "D[AdditiveFunction]"; expected "Linear[
