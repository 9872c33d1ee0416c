"""The pages of the ontology and of the shapes: the terms, a drawing of the classes, the rules in words.

Not here: the documents for programs, and how a reader comes to them (resources).
"""
