"""One verb a file: load, decide by `domain`, store. Consumers, API, pages and the worker's loops call nothing else."""
