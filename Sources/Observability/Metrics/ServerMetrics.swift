/// What Leat sees of the servers around it: MySQL hosts, ClickHouse, and those that `leat up` has started.
package final class ServerMetrics: Sendable {
    static let definitions = [
        mySQLUp, mySQLReplicaRunning, mySQLReplicaLag, mySQLConnections, mySQLConnectionsMax, mySQLThreadsRunning,
        clickHouseParts, clickHousePartsMax, clickHouseMerges, clickHouseRejectedInserts, clickHouseDelayedInserts,
        clickHouseDiskFree, clickHouseDiskSize,
        localUp, localMemory, localRestarts, localDiskFree,
    ]

    package static let mySQLUp = MetricDefinition(
        "leat_mysql_up",
        .gauge,
        labels: ["source", "host"],
        help: "1 while the host of the source answers, else 0."
    )
    package static let mySQLReplicaRunning = MetricDefinition(
        "leat_mysql_replica_running",
        .gauge,
        labels: ["source", "host"],
        help: "1 while a replica receives and applies, 0 when one of both has stopped; absent for a host that is none."
    )
    package static let mySQLReplicaLag = MetricDefinition(
        "leat_mysql_replica_lag_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "host"],
        help: "How far the replica is behind its own source, as it says itself."
    )
    package static let mySQLConnections = MetricDefinition(
        "leat_mysql_connections",
        .gauge,
        labels: ["source", "host"],
        help: "Connections that are open at the host."
    )
    package static let mySQLConnectionsMax = MetricDefinition(
        "leat_mysql_connections_max",
        .gauge,
        labels: ["source", "host"],
        help: "Connections that the host allows (max_connections)."
    )
    package static let mySQLThreadsRunning = MetricDefinition(
        "leat_mysql_threads_running",
        .gauge,
        labels: ["source", "host"],
        help: "Statements that run at the host."
    )
    package static let clickHouseParts = MetricDefinition(
        "leat_clickhouse_parts",
        .gauge,
        help: "Active parts in the partition that has most of them, of Leat's tables."
    )
    package static let clickHousePartsMax = MetricDefinition(
        "leat_clickhouse_parts_max",
        .gauge,
        help: "Active parts in a partition at which ClickHouse refuses inserts (parts_to_throw_insert)."
    )
    package static let clickHouseMerges = MetricDefinition(
        "leat_clickhouse_merges",
        .gauge,
        help: "Merges that run in ClickHouse."
    )
    package static let clickHouseRejectedInserts = MetricDefinition(
        "leat_clickhouse_rejected_inserts_total",
        .counter,
        help: "Inserts that ClickHouse has refused since its start, since there were too many parts."
    )
    package static let clickHouseDelayedInserts = MetricDefinition(
        "leat_clickhouse_delayed_inserts_total",
        .counter,
        help: "Inserts that ClickHouse has slowed down since its start, since there were many parts."
    )
    package static let clickHouseDiskFree = MetricDefinition(
        "leat_clickhouse_disk_free_bytes",
        .gauge,
        unit: .bytes,
        labels: ["disk"],
        help: "Bytes that are free on a disk of ClickHouse."
    )
    package static let clickHouseDiskSize = MetricDefinition(
        "leat_clickhouse_disk_size_bytes",
        .gauge,
        unit: .bytes,
        labels: ["disk"],
        help: "Bytes that a disk of ClickHouse holds."
    )
    package static let localUp = MetricDefinition(
        "leat_local_server_up",
        .gauge,
        labels: ["server"],
        help: "1 while a server that `leat up` has started runs, else 0."
    )
    package static let localMemory = MetricDefinition(
        "leat_local_server_resident_memory_bytes",
        .gauge,
        unit: .bytes,
        labels: ["server"],
        help: "Memory in RAM of a server that `leat up` has started."
    )
    package static let localRestarts = MetricDefinition(
        "leat_local_server_restarts_total",
        .counter,
        labels: ["server"],
        help: "How often `leat up` had to start a server again."
    )
    package static let localDiskFree = MetricDefinition(
        "leat_local_disk_free_bytes",
        .gauge,
        unit: .bytes,
        help: "Bytes that are free where the home of `leat up` is."
    )

    package let mySQLUp: MetricFamily<Gauge>
    package let mySQLReplicaRunning: MetricFamily<Gauge>
    package let mySQLReplicaLag: MetricFamily<Gauge>
    package let mySQLConnections: MetricFamily<Gauge>
    package let mySQLConnectionsMax: MetricFamily<Gauge>
    package let mySQLThreadsRunning: MetricFamily<Gauge>
    package let clickHouseParts: MetricFamily<Gauge>
    package let clickHousePartsMax: MetricFamily<Gauge>
    package let clickHouseMerges: MetricFamily<Gauge>
    package let clickHouseRejectedInserts: MetricFamily<Counter>
    package let clickHouseDelayedInserts: MetricFamily<Counter>
    package let clickHouseDiskFree: MetricFamily<Gauge>
    package let clickHouseDiskSize: MetricFamily<Gauge>
    package let localUp: MetricFamily<Gauge>
    package let localMemory: MetricFamily<Gauge>
    package let localRestarts: MetricFamily<Counter>
    package let localDiskFree: MetricFamily<Gauge>

    init(_ registry: MetricsRegistry) {
        mySQLUp = registry.register(Self.mySQLUp)
        mySQLReplicaRunning = registry.register(Self.mySQLReplicaRunning)
        mySQLReplicaLag = registry.register(Self.mySQLReplicaLag)
        mySQLConnections = registry.register(Self.mySQLConnections)
        mySQLConnectionsMax = registry.register(Self.mySQLConnectionsMax)
        mySQLThreadsRunning = registry.register(Self.mySQLThreadsRunning)
        clickHouseParts = registry.register(Self.clickHouseParts)
        clickHousePartsMax = registry.register(Self.clickHousePartsMax)
        clickHouseMerges = registry.register(Self.clickHouseMerges)
        clickHouseRejectedInserts = registry.register(Self.clickHouseRejectedInserts)
        clickHouseDelayedInserts = registry.register(Self.clickHouseDelayedInserts)
        clickHouseDiskFree = registry.register(Self.clickHouseDiskFree)
        clickHouseDiskSize = registry.register(Self.clickHouseDiskSize)
        localUp = registry.register(Self.localUp)
        localMemory = registry.register(Self.localMemory)
        localRestarts = registry.register(Self.localRestarts)
        localDiskFree = registry.register(Self.localDiskFree)
        // Not known is not the same as full: `leat run` has no home.
        localDiskFree.only.set(.nan)
    }
}
