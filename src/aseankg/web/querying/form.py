"""The form of the query page: the query as it was typed, the layers and graphs to ask it of, and the service's limits.

Not here: the answer (sparql) and HTML (templates).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import url_for

from aseankg.description.service import LIMITS
from aseankg.errors import ConfigurationError
from aseankg.namespaces import GRAPH, shorten
from aseankg.settings import Settings
from aseankg.store.graphs import OWN, from_clauses
from aseankg.store.request import QueryRequest
from aseankg.store.tokens import declared_prefixes, read_tokens
from aseankg.web.page.tables import link_of
from aseankg.web.querying.protocol import Asked
from aseankg.web.site import site
from aseankg.web.texts import N_
from aseankg.web.things.cards import LAYERS, Tag

__all__ = [
    "Choice",
    "Form",
    "Layer",
    "Limit",
    "Sources",
    "form_of",
    "layers_of",
    "limits_of",
    "own_graphs",
    "sources_of",
]

_LAYER = GRAPH + "layer/"
# The settings speak to operators; of these, an asker needs other words.
_FOR_ASKERS = {
    "memory": N_("MB a query may take"),
    "query_workers": N_("Queries that run at once"),
    "slow_workers": N_("Further queries that run at once, where others take longer than 50 ms"),
    "wait": N_("Seconds a query waits for its turn before it is turned away"),
    "client_queries": N_("Queries of one address that may run or wait at once"),
    "service_hosts": N_("Other endpoints that a query may ask by SERVICE"),
    "service_deadline": N_("Seconds for all that a query asks by SERVICE"),
    "service_bytes": N_("Largest answer in bytes of an endpoint asked by SERVICE"),
    "service_loopback": N_("Endpoints on the server's own machine may be asked by SERVICE"),
}
_OWN_GRAPHS = f"""SELECT ?graph (COUNT(*) AS ?triples)
FROM NAMED <{_LAYER}{OWN}>
WHERE {{ GRAPH ?graph {{ ?subject ?property ?value }} }}
GROUP BY ?graph
ORDER BY ?graph"""
_LONGEST_LINK = 3000  # bytes of a query in an address: some servers and proxies read lines of 4 thousand only


@dataclass(frozen=True)
class Choice:
    """A graph that the form offers to ask: the parameter that names it, the graph, its words, if it was chosen."""

    parameter: str
    iri: str
    tag: Tag
    words: str
    chosen: bool


@dataclass(frozen=True)
class Form:
    """What stands in the form."""

    query: str
    choices: Sequence[Choice] = ()

    @property
    def chosen(self) -> Sequence[Choice]:
        """The graphs that were chosen; none: the query sees all, or those of its FROM."""
        return [choice for choice in self.choices if choice.chosen]

    @property
    def parameters(self) -> Mapping[str, Sequence[str]]:
        """The query and its graphs as parameters of the endpoint."""
        named = {"query": [self.query]}
        for choice in self.chosen:
            named.setdefault(choice.parameter, []).append(choice.iri)
        return named

    @property
    def is_long(self) -> bool:
        """Whether the query is too long for an address, so that the form has to be sent by POST."""
        return len(quote(self.query)) > _LONGEST_LINK


@dataclass(frozen=True)
class Layer:
    """A layer that an answer drew on, its heading, and how far its facts can be trusted."""

    tag: Tag
    heading: str
    words: str


@dataclass(frozen=True)
class Sources:
    """The graphs that a query was asked of, empty for all; `overridden` when those of its FROM gave way to others."""

    default: Sequence[Tag]
    named: Sequence[Tag]
    overridden: bool


@dataclass(frozen=True)
class Limit:
    """One limit of the service: the setting, its words and its value."""

    name: str
    words: str
    value: str


def form_of(asked: Asked) -> Form:
    """Return the form as it was sent: every layer to choose from, and further graphs that were asked for."""
    offered = [_LAYER + name for name in _published_layers()]
    choices = [
        _choice("default-graph-uri", iri, iri in asked.default_graphs)
        for iri in dict.fromkeys((*offered, *asked.default_graphs))
    ]
    choices += [_choice("named-graph-uri", iri, True) for iri in dict.fromkeys(asked.named_graphs)]
    return Form(asked.text or "", choices)


def _published_layers() -> list[str]:
    """The layers of the published build, in the order of a page; none where nothing is published."""
    try:
        found = site().build().manifest.get("layers", {}).values()
    except ConfigurationError:
        return []
    own = {OWN} if site().settings.beside else set()
    return [name for name in LAYERS if name in found or name in own]


def own_graphs() -> dict[str, int]:
    """Return the graphs that are queried beside the published ones, with how many triples each has."""
    if not site().settings.beside:
        return {}
    answer = site().engine.answer(QueryRequest(_OWN_GRAPHS, ("json",), beside=True))
    rows = json.loads(answer.body)["results"]["bindings"]
    return {row["graph"]["value"]: int(row["triples"]["value"]) for row in rows}


def _choice(parameter: str, iri: str, chosen: bool) -> Choice:
    tag = _tag(iri)
    words = LAYERS[tag.layer][0] if tag.layer else ""
    return Choice(parameter, iri, tag, words, chosen)


def _tag(iri: str) -> Tag:
    name = iri.removeprefix(_LAYER)
    if name == OWN:
        return Tag(name, name, url_for("sparql", query=_OWN_GRAPHS))
    if name and name != iri and name in LAYERS:
        return Tag(name, name, link_of(iri))
    return Tag(shorten(iri), "", link_of(iri))


def layers_of(names: Iterable[str] | None) -> list[Layer] | None:
    """Return the layers of an answer in the order of a page; None where they were not found out."""
    if names is None:
        return None
    return [Layer(_tag(_LAYER + name), *LAYERS[name]) for name in LAYERS if name in set(names)]


def sources_of(asked: Asked) -> Sources:
    """Return the graphs that a query was asked of: those of the request, else of its FROM (Protocol 2.1.4)."""
    tokens = read_tokens(asked.text or "")
    written = from_clauses(tokens, declared_prefixes(tokens))
    given = (asked.default_graphs, asked.named_graphs)
    default, named = given if any(given) else written
    return Sources(_tags(default), _tags(named), any(given) and any(written))


def _tags(iris: Iterable[str]) -> list[Tag]:
    return [_tag(iri) for iri in dict.fromkeys(iris)]


def limits_of(settings: Settings) -> list[Limit]:
    """Return every limit that the service description prints, in words for those who ask.

    >>> limits_of(Settings(rows=1000))[3]
    Limit(name='rows', words='Most rows or triples in one answer', value='1,000')
    """
    words = {name: Settings.__dataclass_fields__[name].metadata["help"].rstrip(".") for name in LIMITS} | _FOR_ASKERS
    return [Limit(name, words[name], _shown(name, getattr(settings, name))) for name in LIMITS]


def _shown(name: str, value: float | str) -> str:
    if name == "service_loopback":
        return N_("yes") if value else N_("no")
    if isinstance(value, str):
        return value.replace(",", ", ") or N_("none")
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"
