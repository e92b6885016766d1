"""Hamming distances in compiled loops: the processor's own bit count."""
# llvmlite and numba ship no types: what is written here is code for their compiler, checked by the tests.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportCallIssue=false
# pyright: reportMissingTypeArgument=false

from llvmlite import ir
from numba import njit, types, uint64
from numba.extending import intrinsic


@intrinsic
def popcount(context, word):  # noqa: ANN001, ANN201, ARG001 - the signature that numba calls
    """Return the number of set bits of a 64-bit word."""

    def generate(context, builder, signature, arguments):  # noqa: ANN001, ANN202, ARG001 - as above
        count = builder.module.declare_intrinsic("llvm.ctpop", [ir.IntType(64)])
        return builder.call(count, arguments)

    return types.uint64(types.uint64), generate


@njit(inline="always")
def distance(left, right):  # noqa: ANN001, ANN201 - compiled for 64-bit words
    """Return in how many bits two words differ."""
    return popcount(uint64(left) ^ uint64(right))
