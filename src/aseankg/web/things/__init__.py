"""The page and the documents of every IRI of the dataset, at the IRI's own path: /id, /graph, /ontology and /shapes.

What the graph says of a thing (facts), how a page shows it (cards), and what is made for its kind (portraits). Not
here: lists of things, and pages about many of them (views).
"""
