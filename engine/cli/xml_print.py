"""XML as people read it: one element a line, indented by depth; the text itself is not touched."""

import re

_PIECE = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.DOTALL)


def pretty(text: str) -> list[str]:
    """The lines of an XML text; an element that holds only text stays on its line.

    Works on what is not well-formed as well: a reply is shown whatever it is.
    """
    pieces = [piece for piece in _PIECE.findall(text) if piece.strip()]
    lines: list[str] = []
    depth = place = 0
    while place < len(pieces):
        piece = pieces[place].strip()
        following = [part.strip() for part in pieces[place + 1 : place + 3]]
        if piece.startswith("</"):
            depth = max(0, depth - 1)
            lines.append("  " * depth + piece)
        elif not piece.startswith("<") or piece.startswith(("<?", "<!")) or piece.endswith("/>"):
            lines.append("  " * depth + " ".join(piece.split()))
        elif following and following[0].startswith("</"):
            lines.append("  " * depth + piece + following[0])
            place += 1
        elif len(following) == 2 and not following[0].startswith("<") and following[1][:2] == "</":
            lines.append("  " * depth + piece + following[0] + following[1])
            place += 2
        else:
            lines.append("  " * depth + piece)
            depth += 1
        place += 1
    return lines
