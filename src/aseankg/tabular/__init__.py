"""What all readers of people's tables share: how a file's text is encoded, and how a workbook is opened safely.

Not here: what the columns mean, which is for whoever reads the table (checking, linking).
"""

__all__: list[str] = []
