"""The plans and their texts as they were printed: laid out again, cut where words are marked, narrowed and written out.

Not here: the pages that show it (views), and the reading of the texts into the graph (aseankg.extract).
"""
