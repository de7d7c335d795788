"""Relations of a Bruker pulse program: ``"p2=p1*2"``, ``"d6=1s/cnst31-p1/2-p2/2"``.

Everything is a number of seconds or a plain number. Only + - * / and brackets are known; what else
a relation holds leaves its name without a value.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nmr_core.io.readers.labels import Labels

_RELATION = re.compile(r"\"\s*(\w+)\s*=([^\"=]+)\"")
_DURATION = re.compile(r"\b(\d+(?:\.\d+)?)\s*([ums])\b")
_NAME = re.compile(r"(p|d|cnst|l)(\d+)")
_SECONDS = {"u": "e-6", "m": "e-3", "s": "e0"}
_SCALES = {"p": 1e-6, "d": 1.0, "cnst": 1.0, "l": 1.0}
MAX_DEPTH, MAX_LENGTH = 20, 300
"""Relations that refer to one another, and characters of one."""
_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Relations:
    """Lengths of pulses and delays, by relations where there are such, else as stored.

    Attributes
    ----------
    labels : Labels
        With the arrays P, D, CNST and L.
    expressions : mapping of str to str
        Right side of each relation by its left one; "" where there are several.
    mark : str
        What stands before the vendor's labels.
    """

    labels: Labels
    expressions: Mapping[str, str]
    mark: str = "$"

    @classmethod
    def of(cls, labels: Labels, program: str, mark: str = "$") -> "Relations":
        """Relations of a pulse program.

        Parameters
        ----------
        labels : Labels
            With the arrays P, D, CNST and L.
        program : str
            Text of the file ``pulseprogram``.
        mark : str
            What stands before the vendor's labels.
        """
        expressions: dict[str, str] = {}
        text = re.sub(r";.*", "", program)
        for name, expression in _RELATION.findall(text):
            known = expressions.get(name)
            # A name that changes on the way has no one value
            expressions[name] = expression if known in (None, expression) else ""
        return cls(labels, expressions, mark)

    def microseconds(self, name: str) -> float | None:
        """Return the length of a pulse or delay in µs; None where it is not known."""
        value = self._value(name, 0)
        return None if value is None or value < 0 else 1e6 * value

    def _value(self, name: str, depth: int) -> float | None:
        """Seconds, or a plain number."""
        if depth > MAX_DEPTH:
            return None
        if name in self.expressions:
            return self._computed(self.expressions[name], depth)
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        stored = self.labels.entry(self.mark + match[1].upper(), int(match[2]))
        return None if stored is None else _SCALES[match[1]] * stored

    def _computed(self, expression: str, depth: int) -> float | None:
        """Value of a right side; None where it holds what is not known."""
        if not expression or len(expression) > MAX_LENGTH:
            return None
        python = _DURATION.sub(lambda one: one[1] + _SECONDS[one[2]], expression.strip())
        try:
            return self._node(ast.parse(python, mode="eval").body, depth + 1)
        except (SyntaxError, ValueError, ArithmeticError, RecursionError):
            return None

    def _node(self, node: ast.expr, depth: int) -> float | None:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return self._value(name, depth)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._node(operand, depth)
                return None if value is None else -value
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                one, other = self._node(left, depth), self._node(right, depth)
                if one is None or other is None:
                    return None
                return _OPERATORS[type(op)](one, other)
        return None
