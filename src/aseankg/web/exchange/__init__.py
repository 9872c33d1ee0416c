"""What HTTP asks of every exchange: reading what was sent, choosing a format, sending the answer, saying what is wrong.

Nothing here knows what is asked. Not here: the two layers in front of Flask (front, keeper), and pages (page).
"""
