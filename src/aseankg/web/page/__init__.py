"""What all pages are made with: queries asked for a page, what its reader chose, tables, scales, files, the template.

Not here: the pages themselves (views, and things and querying for theirs), and words and languages (texts, languages).
"""
