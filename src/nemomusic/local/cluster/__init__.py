"""Run the heavy work on the workers of a Dask cluster.

`dask_engine` is the engine that the service sees, and `dask_cluster` is the connection.
`content_store` carries files. `cluster_tasks` is the code that runs on the workers. Everything that
may run twice is idempotent: files are addressed by their content, and the same request gives the
same bits.
"""
