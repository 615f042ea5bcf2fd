"""Human Services Data Specification 3.2.3: our records as the standard's objects, a module a kind of object."""

VERSION = "3.2.3"
