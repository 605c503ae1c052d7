/// How much memory the servers may use, in bytes. The defaults keep the whole platform below 3 GB.
public struct StackMemory: Sendable, Hashable {
    /// `innodb_buffer_pool_size` of the primary.
    public var mysqlPrimaryBufferPool = 256 << 20
    /// `innodb_buffer_pool_size` of the replica.
    public var mysqlReplicaBufferPool = 128 << 20
    /// `max_server_memory_usage` of ClickHouse.
    public var clickhouse = 1 << 30
    /// Where InfluxDB's garbage collector starts to work harder (not a hard limit). A statement over all fields of the
    /// demo's 3000 series takes 400 MB while it runs; with less than that the collector takes half of the processor.
    public var influxdb = 1 << 30
    /// The same for Prometheus.
    public var prometheus = 192 << 20

    public init() {}
}
