"""The rules: pure Python, `now` passed in."""
