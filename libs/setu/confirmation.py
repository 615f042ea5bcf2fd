"""Confirmation of a listing: how long a provider's "this is still right" counts, in the directory and in matching.

When nobody ever said so, that is another thing to say than that it was long ago, and no better: such a listing is not
confirmed. Whoever searches or matches puts both last, says so and hides neither.
"""

from datetime import timedelta

CONFIRMED_FOR = timedelta(days=180)
"""From the day (in India) on which the provider confirmed it, HSDS's `assured_date`."""
