"""The rules: pure Python, standard library only, `now` passed in."""
