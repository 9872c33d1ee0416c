"""Every IRI of the dataset at its path on this host: things, ontology, shapes and graphs, as RDF and as pages.

A thing answers 303 See Other to the documents about it; a document answers itself and says where it lies
(Content-Location). Not here: what the graph says (facts), how a page shows it (cards), formats and
headers (documents).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn
from urllib.parse import quote, urlencode

from flask import Flask, Response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode, Triple
from werkzeug.wrappers import Response as AnyResponse

from aseankg.description.dumps import dump_name
from aseankg.namespaces import BASE, GRAPH, RDFS, shorten
from aseankg.namespaces import LAYERS as LAYER_NAMES
from aseankg.web.exchange.problems import DetailedError
from aseankg.web.page.tables import link_of
from aseankg.web.site import site
from aseankg.web.things.cards import (
    LAYERS,
    backlinks_of,
    kinds_of,
    lead_of,
    name_of,
    named,
    sections_of,
    tag_of,
)
from aseankg.web.things.compared import groups_of, judgements_of
from aseankg.web.things.documents import (
    OF_GRAPHS,
    OF_THINGS,
    document_links,
    finish,
    graphs_response,
    link_header,
    negotiated_suffix,
    nothing_response,
    triples_response,
)
from aseankg.web.things.facts import (
    LARGEST_BACKLINKS,
    Description,
    class_counts,
    describe,
    facts_of_graph,
    find_like,
    graph_layers,
    graph_size,
    standing_of,
)
from aseankg.web.things.outcomes import outcomes_of
from aseankg.web.things.portraits import portrait_of, record_names
from aseankg.web.things.vocabulary.pages import terms_page

__all__ = ["register"]

_LAYER = "layer/"
_LAYERS = tuple(_LAYER + layer for layer in LAYER_NAMES)


def register(app: Flask) -> None:
    """Have the application answer for the IRIs of the dataset."""
    app.add_url_rule("/id/<path:path>", "thing", _thing)
    for name in ("ontology", "shapes"):
        app.add_url_rule(f"/{name}", name, _vocabulary, defaults={"name": name, "suffix": ""})
        app.add_url_rule(f"/{name}.<suffix>", f"{name}_document", _vocabulary, defaults={"name": name})
        app.add_url_rule(f"/{name}/<path:path>", f"{name}_part", _part_of_vocabulary, defaults={"name": name})
    app.add_url_rule("/graph/<path:path>", "graph", _graph)
    app.add_url_rule("/.well-known/genid/<path:path>", "unnamed", _unnamed)


# -- things ------------------------------------------------------------------------------------------------


def _thing(path: str) -> AnyResponse:
    """A thing, which is no document: 303 to the document that suits its reader; a document itself: what it says."""
    iri, suffix = _require_known(f"id/{path}")
    links = document_links(iri, OF_THINGS)
    if suffix:
        return _document(iri, suffix, links)
    chosen = negotiated_suffix(OF_THINGS)
    response = redirect(links[chosen], 303)
    response.headers["Link"] = link_header("describedby", links)
    return response


def _require_known(path: str) -> tuple[str, str]:
    """Return the IRI of a path and the suffix of the document about it (empty for the thing itself).

    A path may end in what looks like a suffix and is none, `target/3.1.1`; only the known ones are taken off.
    """
    stem, _, suffix = path.rpartition(".")
    names = [(stem, suffix)] if suffix in OF_THINGS else []
    for name, ending in (*names, (path, "")):
        iri = _find_known(name)
        if iri is not None:
            return iri, ending
    _refuse_unknown(names[0][0] if names else path)


def _find_known(path: str) -> str | None:
    """Return the IRI of the path that the graph knows; DetailedError 410 where it is deprecated.

    Paths come decoded; an IRI that is written with escapes keeps them.
    """
    for name in dict.fromkeys((path, quote(path, safe="/:@!$&'()*+,;=~"))):
        standing = standing_of(BASE + name) if _is_iri(BASE + name) else None
        if standing is not None and standing.deprecated:
            _refuse_gone(BASE + name, standing.replacements)
        if standing is not None:
            return BASE + name
    return None


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _refuse_gone(iri: str, replacements: Sequence[str]) -> NoReturn:
    words = f" Use {' or '.join(replacements)} in its place." if replacements else " Nothing replaces it."
    things = [_named(one) for one in replacements]
    raise DetailedError(410, f"{iri} is deprecated: no new data should name it.{words}", replacements=things)


def _refuse_unknown(path: str) -> NoReturn:
    like = find_like(path)
    hint = f" Did you mean {' or '.join(like)}?" if like else ""
    words = f"The graph holds nothing at {BASE}{path}.{hint} IRIs tell upper case from lower case."
    raise DetailedError(404, words, suggestions=[_named(iri) for iri in like])


def _named(iri: str) -> dict[str, str]:
    found = describe(iri)
    return {"name": name_of(iri, found.facts if found else ()), "iri": iri, "link": link_of(iri)}


def _document(iri: str, suffix: str, links: Mapping[str, str]) -> Response:
    """The document about one thing in one format."""
    found = describe(iri, with_support=suffix == "html")
    if found is None:
        _refuse_unknown(iri.removeprefix(BASE))
    response = _page_of(found, links) if suffix == "html" else triples_response(_triples_of(found), suffix)
    if found.cut:
        response.headers["Aseankg-Notice"] = (
            f"Of the triples that name this thing the first {LARGEST_BACKLINKS} are given; all: {_all_backlinks(iri)}"
        )
    return finish(response, iri, suffix, links)


def _triples_of(found: Description) -> Iterable[Triple]:
    facts = (*found.facts, *found.backlinks)
    yield from dict.fromkeys(Triple(fact.subject, fact.predicate, fact.object) for fact in facts)
    if found.cut:
        yield Triple(NamedNode(found.iri), RDFS.seeAlso, NamedNode(BASE + _all_backlinks(found.iri).lstrip("/")))


def _all_backlinks(iri: str) -> str:
    """Where all triples that name a thing are given, below the base and on this host."""
    pattern = f"{{ ?subject ?predicate <{iri}> }}"
    return "/sparql?" + urlencode({"query": f"CONSTRUCT {pattern} WHERE {pattern}"})


def _page_of(found: Description, links: Mapping[str, str]) -> Response:
    comparison, outcomes = judgements_of(found.iri), outcomes_of(found.iri)
    shown_above = comparison.mappings | {one.name.whole for one in outcomes}
    backlinks = backlinks_of(found, shown_above, record_names(found.iri))
    portrait, name = portrait_of(found), name_of(found.iri, found.facts)
    lead = "" if portrait and portrait.title else lead_of(found.facts, name)
    page = render_template(
        "resource.html",
        title=(portrait and portrait.title) or name,
        lead=(portrait and portrait.lead) or lead,
        portrait=portrait,
        shown=portrait.shown if portrait else {},
        kinds=kinds_of(found.facts),
        iri=found.iri,
        sections=sections_of(named(found.facts, comparison.names), found.support),
        comparison=comparison,
        groups=groups_of(comparison),
        of_mapping=found.iri in comparison.mappings,
        outcomes=outcomes,
        backlinks=backlinks,
        backlinks_count=sum(len(group.values) for group in backlinks),
        all_backlinks=request.script_root + _all_backlinks(found.iri) if found.cut else "",
        links=links,
        link_of=link_of,
        shorten=shorten,
    )
    response = Response(page)
    response.vary.add("Accept-Language")
    return response


def _unnamed(path: str) -> AnyResponse:
    """A node that had no name in its source has no page: its reader is sent to the graph that holds it."""
    iri = f"{BASE}.well-known/genid/{path}"
    found = describe(iri) if _is_iri(iri) else None
    if found is None:
        _refuse_unknown(f".well-known/genid/{path}")
    return redirect(link_of(next(fact.graph for fact in (*found.facts, *found.backlinks))), 303)


# -- ontology and shapes -----------------------------------------------------------------------------------


def _vocabulary(name: str, suffix: str) -> Response:
    """The document that holds all terms of the ontology, or all shapes."""
    if suffix and suffix not in OF_THINGS:
        _refuse_unknown(f"{name}.{suffix}")
    iri, links = BASE + name, document_links(BASE + name, OF_THINGS)
    chosen = suffix or negotiated_suffix(OF_THINGS)
    if GRAPH + name not in graph_layers():
        _refuse_unknown(name)
    version = _find_version(name)
    if chosen == "html":
        page = terms_page(iri, facts_of_graph(GRAPH + name), links, version)
        return finish(Response(page), iri, chosen, links)
    response = graphs_response([GRAPH + name], chosen, (iri, version) if version else None)
    return finish(response, iri, chosen, links)


def _find_version(name: str) -> str | None:
    """Return the IRI of this version of the ontology or the shapes: the dump of their graph, which stays (OWL 2, 3.2).

    It cannot stand in the dataset, whose checksum makes the version. None where the engine answers from no published
    build, or from another than this process has read: one of them is just being replaced.
    """
    shared = site()
    if not shared.engine.build:
        return None
    manifest = shared.build().manifest
    version = manifest.get("dataset version") if manifest["build"] == shared.engine.build else None
    return f"{BASE}dump/{version}/{dump_name(GRAPH + name)}" if version else None


def _part_of_vocabulary(name: str, path: str) -> AnyResponse:
    """`/ontology/Activity` leads to the term in its document; `/ontology/plan` is a document, one of its modules."""
    if "#" not in path and _find_known(f"{name}#{path}") is not None:
        return redirect(link_of(f"{BASE}{name}#{path}"), 303)
    try:
        iri, suffix = _require_known(f"{name}/{path}")
    except DetailedError as error:
        if error.code == 404:
            _refuse_unknown(f"{name}#{path}")
        raise
    links = document_links(iri, OF_THINGS)
    return _document(iri, suffix or negotiated_suffix(OF_THINGS), links)


# -- graphs ------------------------------------------------------------------------------------------------


def _graph(path: str) -> Response:
    """A named graph, or the union of a layer's graphs: all of its triples, or a page that says what it holds."""
    layers = graph_layers()
    stem, _, suffix = path.rpartition(".")
    name = stem if suffix in OF_GRAPHS else path
    if name.startswith(_LAYER):
        graphs = [graph for graph, layer in layers.items() if layer and layer == name.removeprefix(_LAYER)]
    else:
        graphs = [GRAPH + name] if GRAPH + name in layers else []
    if not graphs and name not in _LAYERS:
        _refuse_unknown_graph(name, layers)
    links = document_links(GRAPH + name, OF_GRAPHS)
    chosen = suffix if name == stem and name != path else negotiated_suffix(OF_GRAPHS)
    if chosen == "html":
        response = Response(_graph_page(name, graphs, layers, links))
    elif graphs:
        response = graphs_response(graphs, chosen)
    else:
        response = nothing_response(_empty_words(name), chosen)
    if not graphs:
        response.headers["Aseankg-Notice"] = _empty_words(name)
    return finish(response, GRAPH + name, chosen, links)


def _empty_words(name: str) -> str:
    return f"The layer {name.removeprefix(_LAYER)} is empty so far: no graph is of it."


def _refuse_unknown_graph(name: str, layers: Mapping[str, str]) -> NoReturn:
    known = [*_LAYERS]
    known += [graph.removeprefix(GRAPH) for graph in layers]
    things = [{"name": one, "iri": GRAPH + one, "link": link_of(GRAPH + one)} for one in known]
    words = f"No graph is called {GRAPH}{name}. Layers and graphs: {', '.join(known)}."
    raise DetailedError(404, words, suggestions=things)


def _graph_page(name: str, graphs: Sequence[str], layers: Mapping[str, str], links: Mapping[str, str]) -> str:
    iri = GRAPH + name
    of_layer = name.startswith(_LAYER)
    layer = name.removeprefix(_LAYER) if of_layer else layers[iri]
    sizes = {graph: graph_size(graph) for graph in graphs}
    found = None if of_layer else describe(iri, with_support=True)
    query = f"SELECT * FROM <{iri}> WHERE {{ ?subject ?predicate ?object }} LIMIT 100"
    return render_template(
        "graph.html",
        name=name,
        iri=iri,
        layer=layer,
        of_layer=of_layer,
        empty=not graphs,
        tag=None if of_layer else tag_of(iri, layer),
        words=LAYERS.get(layer, LAYERS[""])[1],
        graphs=[(graph.removeprefix(GRAPH), link_of(graph), sizes[graph]) for graph in graphs] if of_layer else [],
        size=sum(sizes.values()),
        classes=[(shorten(one), link_of(one), count) for one, count in class_counts(graphs)],
        sections=sections_of(found.facts, found.support) if found else [],
        query=url_for("sparql", query=query),
        dump="" if of_layer else f"{request.script_root}/dump/{name.replace('/', '-')}.ttl",
        links=links,
        link_of=link_of,
        shorten=shorten,
    )
