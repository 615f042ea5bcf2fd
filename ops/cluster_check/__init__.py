"""`make cluster-check`: docker-compose.cluster.yml carries referrals while its hosts die, and loses none."""
