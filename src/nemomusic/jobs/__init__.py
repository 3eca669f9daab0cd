"""The main job as resumable steps, with a journal.

`jobs` is `client.jobs`, `job` the handle, `driver` runs jobs in tasks, `steps` puts the steps in
order, and `*_step` are the steps themselves. `job_log` notes them, and `journal` keeps the notes on
disk. `memory_journal` keeps them in memory.
"""
