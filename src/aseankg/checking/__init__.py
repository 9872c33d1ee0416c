"""Checks a plan that somebody brings, as a table or as RDF: what is wrong in it, what it may belong to, what it covers.

The work runs in a process of its own (`python -m aseankg.checking`), which reads one request and writes one result; it
keeps nothing. Not here: who starts it and under which limits (web).
"""

__all__: list[str] = []
