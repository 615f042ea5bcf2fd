# One image for the cluster's database hosts, out of Debian's packages: PostgreSQL under Patroni, etcd, pgBackRest.
FROM debian:trixie-slim
# Without createcluster.d the package would make a database server of its own, which nothing here starts.
RUN mkdir -p /etc/postgresql-common/createcluster.d \
 && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/setu.conf \
 && apt-get update \
 && apt-get install -y --no-install-recommends postgresql-17 patroni python3-etcd python3-psycopg etcd-server etcd-client pgbackrest \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -m 700 -o etcd -g etcd /var/lib/etcd/member-data \
 && install -d -m 700 -o postgres -g postgres /var/lib/postgresql/cluster /var/lib/pgbackrest
ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin PGHOST=/tmp PGUSER=postgres PATRONICTL_CONFIG_FILE=/tmp/patroni
COPY patroni.yml restore.yml /etc/patroni/setu/
COPY pgbackrest.conf /etc/pgbackrest/pgbackrest.conf
COPY --chmod=755 etcd-member patroni-member after-bootstrap archive-backup /usr/local/bin/
