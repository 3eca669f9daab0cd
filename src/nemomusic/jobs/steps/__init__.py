"""The steps of a job, from the upload to the download, and what they report and note."""
