"""Queries over HTTP: those that an asker writes, at /sparql, and those that are stored, at /api/questions.

From reading a request to the page of its answer, with what helps to write a query, to keep it and to cite it. Not
here: answering (store), sending an answer to a program (front), the library of the stored questions (views).
"""
