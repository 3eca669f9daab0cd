"""Many clips, each with its own prompt and its own export.

The module `batches` has the class of `client.batches`, and `order` has the values. `plan` compares
an order with the journal. `order_worker` carries out one order, and `run` carries out all orders.
`adaptive_concurrency` limits how many orders run at once. `credit_limit` limits how many credits
they cost.
"""
