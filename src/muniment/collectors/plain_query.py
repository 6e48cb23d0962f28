"""Tells a plain GraphQL query from anything that could change something, before it is sent."""

from __future__ import annotations

import re

LONGEST = 100_000
"""Characters of a document. Ours are files of a few thousand."""

# Characters that readers of GraphQL treat differently, as ends of lines or not at all.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|(?<!^)\ufeff")
_TOKEN = re.compile(
    r"""
    (?P<ignored> [\ufeff\t\n\r\ ,]+ | \#[^\n\r]* )
  | (?P<text> \"{3} (?> \\\"{3} | (?!\"{3})[\s\S] )*+ \"{3}
            | (?!\"{3}) \" (?> [^"\\\n\r] | \\["\\/bfnrt] | \\u[0-9A-Fa-f]{4} | \\u\{[0-9A-Fa-f]+\} )*+ \" )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<number> -? (?: 0 | [1-9][0-9]* ) (?: \.[0-9]+ )? (?: [eE][+-]?[0-9]+ )? (?![A-Za-z0-9_.]) )
  | (?P<mark> \.\.\. | [!$&():=@\[\]{}|] )
    """,
    re.VERBOSE,
)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_END = ("end", "")

Token = tuple[str, str]


def refuse_all_but_a_query(document: str) -> None:
    """``ValueError`` unless a document is one GraphQL query, with the fragments it uses.

    What a mutation is named, hidden behind or mixed with makes no difference: a document is read token by token,
    and whatever does not begin ``query``, ``{`` or ``fragment`` at its outermost level is refused. So is what a
    lenient server might read in another way. Whether the fields exist is the server's business.
    """
    _Reader(_tokens(document)).document()


def _tokens(document: str) -> list[Token]:
    if len(document) > LONGEST:
        raise ValueError(f"a GraphQL document of more than {LONGEST} characters is not sent")
    if _ODD.search(document):
        raise ValueError("a GraphQL document with control characters is not sent")
    found: list[Token] = []
    at = 0
    while at < len(document):
        token = _TOKEN.match(document, at)
        if token is None:
            raise ValueError(f"this is no GraphQL document: character {at + 1} cannot stand there")
        if token.lastgroup != "ignored":
            found.append((token.lastgroup or "", token.group()))
        at = token.end()
    return found


class _Reader:
    """Reads the outline of a document: its definitions, each head exactly, each body by its brackets."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def document(self) -> None:
        queries = 0
        while self._next() != _END:
            match self._next():
                case ("mark", "{"):
                    queries += 1
                case ("name", "query"):
                    queries += 1
                    self._head_of_query()
                case ("name", "fragment"):
                    self._head_of_fragment()
                case (_, word):
                    raise ValueError(f"only queries are sent: a definition begins with {word[:40]!r}")
            if self._next() != ("mark", "{"):
                raise ValueError("this is no GraphQL document: a definition without a body")
            self._bracketed()
        if queries != 1:
            raise ValueError(f"one query is sent at a time, not {queries}")

    def _next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _takes(self, *wanted: Token) -> bool:
        if self._next() in wanted:
            self._at += 1
            return True
        return False

    def _named(self) -> str:
        kind, word = self._next()
        if kind != "name":
            raise ValueError("this is no GraphQL document: a name is missing")
        self._at += 1
        return word

    def _head_of_query(self) -> None:
        self._at += 1
        if self._next()[0] == "name":
            self._at += 1
        if self._next() == ("mark", "("):
            self._bracketed()
        self._directives()

    def _head_of_fragment(self) -> None:
        self._at += 1
        if self._named() == "on" or self._named() != "on":
            raise ValueError("this is no GraphQL document: a fragment is 'fragment NAME on TYPE'")
        self._named()
        self._directives()

    def _directives(self) -> None:
        while self._takes(("mark", "@")):
            self._named()
            if self._next() == ("mark", "("):
                self._bracketed()

    def _bracketed(self) -> None:
        """Pass from an opening bracket to the one that closes it."""
        awaited: list[str] = []
        while True:
            kind, word = self._next()
            if (kind, word) == _END:
                raise ValueError("this is no GraphQL document: a bracket is not closed")
            self._at += 1
            if kind != "mark":
                continue
            if word in _CLOSES:
                awaited.append(_CLOSES[word])
            elif word in _CLOSES.values() and awaited.pop() != word:
                raise ValueError("this is no GraphQL document: brackets are crossed")
            if not awaited:
                return
