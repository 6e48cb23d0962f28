"""Random YAML as people write registers: comments, blank lines, quotes, blocks, brackets, and every line end."""

from __future__ import annotations

from hypothesis import strategies as st

_ODD = st.characters(
    exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cf", "Cn", "Co"), exclude_characters="\x85\ufeff\ufffe\uffff"
)
texts = st.text(_ODD, min_size=1, max_size=12)
keys = st.sampled_from(["status", "reason", "pypi:tide", "github:org/callisto", "Voilà", "a b", "by", "x-y", "z"])
numbers = st.integers(-99, 99) | st.sampled_from([0.5, -2.0, 1e20, 10**17]) | st.booleans() | st.none()
leaves = (
    texts | numbers | st.sampled_from(["", "yes", "null", "1", "# no", "a: b", "- x", "2026-01-31", "two\nlines\n"])
)
values = st.recursive(
    leaves, lambda own: st.lists(own, max_size=3) | st.dictionaries(keys | texts, own, max_size=3), max_leaves=6
)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@st.composite
def _scalar(draw: st.DrawFn) -> str:
    """A scalar on one line, in any style."""
    style = draw(st.sampled_from(["plain", "plain", "single", "double", "nothing"]))
    if style == "plain":
        return draw(
            st.sampled_from(["official", "12", "true", "~", "two words", "it's", "a#b", "2026-01-31", "x: y"[:1]])
        )
    if style == "nothing":
        return ""
    if style == "single":
        return _quoted(draw(st.sampled_from(["it's # no comment", "", "ö 🙂", "{x}", "- "])))
    return draw(st.sampled_from(['"a \\" b"', '"# no"', '"\\u00e9\\n"', '"tab\\t"', '""']))


@st.composite
def _flow(draw: st.DrawFn, depth: int) -> str:
    gap = draw(st.sampled_from(["", " "]))
    many = draw(st.integers(0, 3))
    inner = [
        draw(_scalar().filter(bool)) if depth > 2 or draw(st.booleans()) else draw(_flow(depth + 1))
        for _ in range(many)
    ]
    if draw(st.booleans()):
        return "[" + gap + ", ".join(inner) + draw(st.sampled_from(["", ",", " "])) * bool(inner) + gap + "]"
    named = [f"{key}: {own}" for key, own in zip("abc", inner, strict=False)]
    return "{" + gap + ", ".join(named) + draw(st.sampled_from(["", ",", " "])) * bool(inner) + gap + "}"


@st.composite
def _text_block(draw: st.DrawFn, indent: int) -> list[str]:
    sign = draw(st.sampled_from(["|", ">", "|-", ">-", "|+", ">+"])) + draw(st.sampled_from(["", "  # why", "\t"]))
    margin = " " * (indent + 2)
    lines = draw(
        st.lists(st.sampled_from(["one", "# text, no comment", "  deeper", "", "a: b"]), min_size=1, max_size=3)
    )
    lines[0] = lines[0].strip() or "first"
    return [sign, *[margin + line if line else "" for line in lines]]


@st.composite
def _notes(draw: st.DrawFn, indent: int) -> list[str]:
    """Lines that mean nothing: blank ones, and comments at any depth."""
    one = st.sampled_from(["", "# note", " " * indent + "# note: here", " " * (indent + 3) + "# deeper", "   "])
    return draw(st.lists(one, max_size=2)) if draw(st.booleans()) else []


@st.composite
def _value(draw: st.DrawFn, indent: int, depth: int) -> list[str]:
    """What follows a colon or a dash: the rest of that line, and lines below."""
    tail = draw(st.sampled_from(["", "", "  # why", "\t# tab", " ", "\t"]))
    kind = draw(
        st.sampled_from(["scalar", "scalar", "scalar", "flow", "text", "map", "seq", "wrapped", "flow lines"])
    )
    if kind == "text":
        first, *rest = draw(_text_block(indent))
        return [" " + first, *rest]
    if kind == "flow":
        return [" " + draw(_flow(0)) + tail]
    if kind == "flow lines":
        return [" [one,  # first" + " ", " " * (indent + 2) + "{a: two},", " " * (indent + 1) + "]" + tail]
    if kind == "wrapped":
        return draw(
            st.sampled_from(
                [[" one", " " * (indent + 1) + "two" + tail], [" 'one", "", " " * (indent + 1) + "two'" + tail]]
            )
        )
    if kind in ("map", "seq") and depth < 3:
        step = draw(st.sampled_from([2, 2, 4, 1] + ([0] if kind == "seq" else [])))
        below = draw(_mapping(indent + step, depth + 1) if kind == "map" else _listing(indent + step, depth + 1))
        return [draw(st.sampled_from(["", "  # why"])), *below]
    return [" " + draw(_scalar()) + tail]


@st.composite
def _mapping(draw: st.DrawFn, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for key in draw(st.lists(keys, min_size=1, max_size=3, unique=True)):
        lines += draw(_notes(indent))
        name = draw(st.sampled_from([key, _quoted(key), f'"{key}"', key]))
        first, *rest = draw(_value(indent, depth))
        lines += [" " * indent + name + draw(st.sampled_from(["", "", " "])) + ":" + first, *rest]
    return lines


@st.composite
def _listing(draw: st.DrawFn, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(_notes(indent))
        if depth < 3 and draw(st.booleans()):
            below = draw(_mapping(indent + 2, depth + 1))
            while (below and not below[0].strip().strip("#").strip()) or below[0].lstrip().startswith("#"):
                below = below[1:]
            lines += [" " * indent + "- " + below[0].lstrip(" "), *below[1:]]
        else:
            first, *rest = draw(_value(indent, depth + 1))
            lines += [" " * indent + "-" + first, *rest]
    return lines


@st.composite
def yamls(draw: st.DrawFn) -> str:
    """The text of a file. What it is made of is legal nearly always: who draws it passes by the rest."""
    lines = draw(
        st.lists(st.sampled_from(["# head", "", "---"]), max_size=2, unique=True).filter(
            lambda own: own != ["---", ""]
        )
    )
    lines += draw(st.just([]) | _mapping(0, 0) | _mapping(0, 0) | _mapping(2, 0))
    lines += draw(_notes(0)) + draw(st.sampled_from([[], [], ["...", "# after"]]))
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]))
    text = "".join(line + draw(st.sampled_from(ends)) for line in lines)
    if draw(st.booleans()) and text.endswith("\n"):
        text = text[:-1].removesuffix("\r")
    return draw(st.sampled_from(["", "", "\ufeff"])) + text
