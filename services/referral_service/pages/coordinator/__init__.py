"""Screens of a district's coordinator: the day, what needs a hand, where nobody is home, what nobody offers."""
