"""The search index of the directory's public services: derived state in a folder, written by the worker alone.

`folder` says which build is in use, `fields` what a build holds, `entry` how a row becomes an entry, `writer` puts
changes in, `query` turns conditions into index queries, `reader` answers. Delete the folder and the worker makes it
anew. It stands in `store` because it is where finding is stored, though it is no table.
"""
