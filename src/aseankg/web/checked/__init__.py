"""What was found by checking: a plan that somebody brings, confined while it is looked at, and each published version.

Not here: the checks (aseankg.checking, aseankg.validate), and the pages (views).
"""
