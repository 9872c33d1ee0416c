"""Which graphs a query sees: its FROM clauses, and the layers, each of which names the union of its graphs.

Not here: the protocol's `default-graph-uri`, which overrides FROM (request).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode, Store

from aseankg.errors import QueryError, suggest
from aseankg.namespaces import AKG, BASE, ENDPOINT, GRAPH, LAYERS, graph
from aseankg.store.tokens import Token, base_of, expand_name

__all__ = ["OWN", "from_clauses", "graphs_named", "names_a_layer", "own_graphs", "unknown_graphs"]

OWN = "own"  # the layer of the graphs that people bring (store.beside)
_LAYER = GRAPH + "layer/"


def from_clauses(tokens: Sequence[Token], prefixes: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the graphs of FROM and of FROM NAMED (SPARQL 1.1 Query 13.2), prefixed names expanded."""
    found: tuple[list[str], list[str]] = [], []
    base = base_of(tokens, ENDPOINT.value)
    for at, token in enumerate(tokens):
        _require_blank(token, prefixes)
        if token.kind != "word" or token.text.upper() != "FROM":
            continue
        rest = tokens[at + 1 : at + 3]
        named = bool(rest) and rest[0].kind == "word" and rest[0].text.upper() == "NAMED"
        iri = expand_name(rest[named], prefixes) if len(rest) > named else None
        if iri is not None:
            found[named].append(urljoin(base, iri))
    return tuple(found[0]), tuple(found[1])


def _require_blank(token: Token, prefixes: Mapping[str, str]) -> None:
    """Raise QueryError for what the engine might read as FROM and another word: `FROM:a`, `FROMNAMED`."""
    word = token.text.partition(":")[0] if token.kind == "name" else token.text if token.kind == "word" else ""
    if word.upper().startswith("FROM") and word not in prefixes and (token.kind == "name" or len(word) > 4):
        raise QueryError(f"{token.text} may be FROM and something else: put a blank after FROM.")


def names_a_layer(*clauses: Sequence[str]) -> bool:
    """Say whether a FROM clause names a layer, which the engine does not know; all others it reads itself."""
    return any(iri.startswith(_LAYER) for clause in clauses for iri in clause)


def graphs_named(store: Store, iris: Sequence[str]) -> list[NamedNode]:
    """Return the graphs of the IRIs; a layer is all of its graphs. QueryError for what is no IRI or no layer."""
    return [node for iri in iris for node in _graphs(store, iri)]


def _graphs(store: Store, iri: str) -> Iterator[NamedNode]:
    if not iri.startswith(_LAYER):
        try:
            yield NamedNode(iri)
        except ValueError as error:
            raise QueryError(f"The graph {iri!r} is not an absolute IRI: {error}.") from None
        return
    layer = iri.removeprefix(_LAYER)
    if layer == OWN:
        yield from own_graphs(store)
        return
    if layer not in LAYERS:
        words = f"No layer is called {layer!r}.{suggest(layer, LAYERS)} Layers: {', '.join(LAYERS)}."
        raise QueryError(words)
    quads = store.quads_for_pattern(None, AKG.layer, Literal(layer), graph("meta"))
    yield from (quad.subject for quad in quads if isinstance(quad.subject, NamedNode))


def own_graphs(store: Store) -> Iterator[NamedNode]:
    """Yield the graphs that people have brought: those that have no name of ours."""
    named = (node for node in store.named_graphs() if isinstance(node, NamedNode))
    return (node for node in named if not node.value.startswith(BASE))


def unknown_graphs(store: Store, iris: Iterable[str]) -> Iterator[str]:
    """Yield a remark for each graph that is chosen from our namespace and does not exist."""
    for iri in iris:
        if iri.startswith(GRAPH) and not iri.startswith(_LAYER) and not store.contains_named_graph(NamedNode(iri)):
            known = [node.value for node in store.named_graphs() if isinstance(node, NamedNode)]
            near = suggest(iri.removeprefix(GRAPH), (name.removeprefix(GRAPH) for name in known))
            yield f"There is no graph {iri}: it holds nothing.{near}"
