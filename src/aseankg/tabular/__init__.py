"""What all readers of people's tables share: the encoding of text, the rows of CSV, the opening of a workbook.

Not here: what the columns mean, which is for whoever reads the table (checking, linking).
"""

__all__: list[str] = []
