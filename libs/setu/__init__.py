"""The product's own words and rules, once: what several services must name or decide alike.

Standard library alone: a domain may import this and nothing else from outside its service. The kit never imports it.
"""
