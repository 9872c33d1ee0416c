"""The reconciliation service: names of a table are matched to things of the graph, as OpenRefine and others ask for it.

A request goes through `payload` (its JSON), `queries` (what is asked in either version of the protocol), `matching`
(candidates), and out through `answers`; `suggesting`, `extending` and `manifest` are the protocol's other services, and
`known` is what all of them know of the published build. Not here: how like two names are (aseankg.reconcile), the
addresses and the page for people (web.views.reconciliation).
"""
