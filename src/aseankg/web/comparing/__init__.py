"""What stands beside what: coverage between plans, the mappings that were judged, what was planned when and took place.

Not here: how coverage is measured (aseankg.coverage), and the pages (views).
"""
