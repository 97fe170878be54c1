"""README as tests see it: sections, tables and fenced blocks."""

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading of the second level, up to the next one."""
    _, _, rest = README.partition(f"\n## {title}\n")
    assert rest, f"README has no section {title!r}"
    return rest.partition("\n## ")[0]


def tables(text: str) -> list[list[list[str]]]:
    """Each table's rows, its head left out, as cells without blanks around them."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text + "\n", re.MULTILINE):
        rows = [
            [cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines()
        ]
        assert set(rows[1]) == {"---"}, "a table has no head"
        found.append(rows[2:])
    return found


def fenced(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, without the indentation they stand in."""
    pattern = rf"^( *)```{language}\n(.*?)^\1```$"
    return [
        textwrap.dedent(body) for _, body in re.findall(pattern, text, re.MULTILINE | re.DOTALL)
    ]


def code(cell: str) -> str:
    """What stands between the back-ticks of a cell."""
    assert cell[0] == cell[-1] == "`", cell
    return cell[1:-1]
