r"""Programs that ask a query again, for people to copy: the query is quoted as each language wants it.

Python and curl are run by a test with queries that hold quotation marks, backslashes and line ends. Not here: HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from aseankg.web.texts import N_

__all__ = ["Snippet", "snippets_for"]


@dataclass(frozen=True)
class Snippet:
    """One program: the language, the text, and what it needs."""

    language: str
    text: str
    needs: str = ""


def snippets_for(
    query: str, address: str, graphs: Sequence[tuple[str, str]] = (), form: str = "select"
) -> list[Snippet]:
    """Return programs that ask `query` at `address`; `graphs` are further parameters, such as default-graph-uri.

    `form` is select, ask or triples: only a table makes a data frame or a sheet.
    """
    query = query.replace("\r\n", "\n")
    found = [
        Snippet("Python", _python(query, address, graphs, form), "pip install SPARQLWrapper"),
        Snippet("curl", _curl(query, address, graphs, form)),
    ]
    if not graphs and form == "select":
        found.insert(0, Snippet(N_("Python, without a server"), _python_here(query), "pip install aseankg[pandas]"))
    if form == "select":
        found += [
            Snippet("R", _r(query, address, graphs), N_("R 4.0 or newer")),
            Snippet("Excel", _excel(query, address, graphs), N_("Data > Get Data > From Other Sources > Blank Query, "
                    "then the Advanced Editor")),
        ]  # fmt: skip
    return found


def _python_here(query: str) -> str:
    return f"import aseankg\n\nkg = aseankg.load()\nquery = {_in_python(query)}\nprint(kg.query(query).to_pandas())\n"


def _python(query: str, address: str, graphs: Sequence[tuple[str, str]], form: str) -> str:
    further = "".join(f"endpoint.addParameter({name!r}, {value!r})\n" for name, value in graphs)
    kind = "TURTLE" if form == "triples" else "JSON"
    return (
        f"from SPARQLWrapper import POST, {kind}, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({address!r})\n"
        f"endpoint.setMethod(POST)\nendpoint.setReturnFormat({kind})\n{further}"
        f"endpoint.setQuery({_in_python(query)})\nanswer = endpoint.queryAndConvert()\n{_IN_PYTHON[form]}"
    )


_IN_PYTHON = {
    "select": """for row in answer["results"]["bindings"]:
    print({name: value["value"] for name, value in row.items()})
""",
    "ask": 'print(answer["boolean"])\n',
    "triples": "print(answer.decode())\n",
}


def _in_python(text: str) -> str:
    '''Return a literal of Python for a text, over several lines where the text has them.

    >>> eval(_in_python('SELECT * { ?s ?p """a\\\\b""" }\\n'))
    'SELECT * { ?s ?p """a\\\\b""" }\\n'
    '''
    if '"""' not in text and "\\" not in text and not text.endswith('"') and _is_plain(text):
        return f'"""{text}"""' if "\n" in text else repr(text)
    lines = text.split("\n")
    parts = [repr(f"{line}\n") for line in lines[:-1]] + ([repr(lines[-1])] if lines[-1] or len(lines) == 1 else [])
    return parts[0] if len(parts) == 1 else "(\n    " + "\n    ".join(parts) + "\n)"


def _is_plain(text: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in text)


def _curl(query: str, address: str, graphs: Sequence[tuple[str, str]], form: str) -> str:
    further = [f"  --data-urlencode {_in_shell(f'{name}={value}')}" for name, value in graphs]
    accept = {"select": "text/csv", "ask": "application/sparql-results+json"}.get(form, "text/turtle")
    lines = [
        f"curl --silent --show-error --fail-with-body {_in_shell(address)}",
        f"  --header {_in_shell(f'Accept: {accept}')}",
        *further,
        f"  --data-urlencode {_in_shell(f'query={query}')}",
    ]
    return " \\\n".join(lines) + "\n"


def _in_shell(text: str) -> str:
    """Return the text as one word of a POSIX shell.

    >>> print(_in_shell("it's"))
    'it'"'"'s'
    """
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _r(query: str, address: str, graphs: Sequence[tuple[str, str]]) -> str:
    further = "".join(f',\n  "&{name}=", URLencode({_in_r(value)}, reserved = TRUE)' for name, value in graphs)
    return (
        f"query <- {_in_r(query)}\n"
        f"answer <- read.csv(paste0(\n  {_in_r(address)},\n"
        f'  "?format=csv&query=", URLencode(query, reserved = TRUE){further}\n))\nprint(answer)\n'
    )


def _in_r(text: str) -> str:
    """Return the text as a raw string of R, fenced by more dashes than the text holds after a bracket.

    >>> print(_in_r('a "b" )"'))
    r"-(a "b" )")-"
    """
    fence = next(dashes for dashes in ("-" * size for size in count()) if f'){dashes}"' not in text)
    return f'r"{fence}({text}){fence}"'


def _excel(query: str, address: str, graphs: Sequence[tuple[str, str]]) -> str:
    named: dict[str, list[str]] = {}
    for name, value in graphs:
        named.setdefault(name, []).append(_in_m(value))
    further = "".join(f", #{_in_m(name)} = {{{', '.join(values)}}}" for name, values in named.items())
    return (
        "let\n"
        f"  Query = {_in_m(query)},\n"
        f'  Source = Web.Contents({_in_m(address)}, [Query = [query = Query, format = "csv"{further}]]),\n'
        '  Rows = Csv.Document(Source, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv])\n'
        "in\n"
        "  Table.PromoteHeaders(Rows)\n"
    )


def _in_m(text: str) -> str:
    """Return the text as a literal of Power Query's M: quotation marks doubled, `#(` and line ends escaped.

    >>> print(_in_m('a "b" #(c'))
    "a ""b"" #(#)(c"
    """
    escaped = text.replace("#(", "#(#)(").replace('"', '""')
    return '"' + escaped.replace("\r", "#(cr)").replace("\n", "#(lf)").replace("\t", "#(tab)") + '"'
