"""What the service promises to programs: each address with what it takes and answers, in the words of OpenAPI.

Tests hold the service to it. Not here: anything that answers, but for the description itself at /openapi.json.
"""
