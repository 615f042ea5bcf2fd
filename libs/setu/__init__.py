"""Rules of the product that several services' domains share, in the standard library alone.

A domain may import this and nothing else from outside its service. The kit never imports it.
"""
