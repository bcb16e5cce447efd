//! The queue in Postgres: leases with fencing, order, replicas.
