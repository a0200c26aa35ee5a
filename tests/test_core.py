"""What README says is read in one sitting is short: under 600 lines of code, beside docstrings and comments."""

import ast
import io
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTED = ast.Module, ast.ClassDef, ast.FunctionDef
EMPTY = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lines_of_code(text: str) -> set[int]:
    """The numbers of the lines of a program that hold more than a docstring or a comment."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    code = {line for token in tokens if token.type not in EMPTY for line in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            code -= {*range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)}
    return code


def test_the_core_is_short() -> None:
    """An arrow, a category, the chain rule, one kind of linear map, one of primitive."""
    (sitting,) = re.findall(
        r"^In one sitting.*?\n\n", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    files = re.findall(r"\((cat_ad/\S+\.py)\)", sitting)
    assert len(files) == 5
    assert sum(len(lines_of_code((ROOT / file).read_text("utf-8"))) for file in files) < 600


def test_code_is_counted() -> None:
    """By the line."""
    program = '"""Doc."""\n\nx = """a\nb"""  # c\n# d\ndef f():\n    """Doc\n    string."""\n    return 1\n'
    assert lines_of_code(program) == {3, 4, 6, 9}
