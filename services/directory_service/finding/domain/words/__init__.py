"""The words by which people look for something, as data: a translator extends these tables, and no code with them.

They are read when somebody searches and stand in no page, document or record: a medicine or a street name that is typed
says nothing of a person or of a service. Phrases are separated by commas; a phrase may stand under several needs.
Hindi, Bengali and their usual Roman spellings want the look of a native reader.
"""
