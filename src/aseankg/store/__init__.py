"""The store floor: one way to ask the published dataset, in a child process or through a pool of them.

`request` says what is asked and answered, `guard` what is refused, `embedded` how pyoxigraph answers,
`limits` what a query may take, `local` and `pool`/`client` where it runs. Not here: HTTP, tables for people,
stored questions.
"""
