"""Many clips, each with its own prompt and its own export.

`batches` is `client.batches`. `order` holds the values. `plan` compares an order with the journal.
`order_worker` carries out one order, `run` all of them. `pace` limits how many run at once, and
`credit_limit` what they cost.
"""
