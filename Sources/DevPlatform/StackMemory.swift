/// How much memory the servers may use, in bytes. With the demo's data the defaults keep the whole platform below 3 GB.
package struct StackMemory: Sendable, Hashable {
    /// `innodb_buffer_pool_size` of the primary.
    package var mysqlPrimaryBufferPool = 256 << 20
    /// `innodb_buffer_pool_size` of the replica.
    package var mysqlReplicaBufferPool = 128 << 20
    /// `max_server_memory_usage` of ClickHouse.
    package var clickhouse = 1 << 30
    /// Where InfluxDB's garbage collector starts to work harder (not a hard limit). Ten million points take 500 MB for
    /// good, and a statement over all fields of the demo's 3000 series 400 MB while it runs; where that comes near the
    /// limit, the collector takes both cores, and everything else continues at a third of its speed.
    package var influxdb = 2 << 30
    /// The same for Prometheus.
    package var prometheus = 192 << 20

    package init() {}
}
