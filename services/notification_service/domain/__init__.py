"""Who is told what, when, and how often it is tried: pure Python, `now` passed in, no database and no network."""
