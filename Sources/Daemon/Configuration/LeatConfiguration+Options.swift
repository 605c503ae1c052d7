import ClickHouseClient
import InfluxClient
import InfluxReplication
import LeatConfig
import LeatState
import Logging
import MySQLClient
import MySQLReplication
import MySQLSchema
import Observability

extension LeatConfiguration.MySQL {
    /// The servers as the client takes them, in order of preference.
    package var endpoints: [MySQLEndpoint] {
        hosts.map { endpoint(at: $0) }
    }

    private func endpoint(at host: HostAddress) -> MySQLEndpoint {
        MySQLEndpoint(
            host: host.host,
            port: host.port,
            user: user,
            password: password.reveal(),
            tls: TLSMode(rawValue: tls.rawValue) ?? .preferred,
            trustedCertificatesFile: tlsAuthorityFile
        )
    }

    /// The pipeline's options for the heartbeat.
    var heartbeatOptions: ReplicationOptions.Heartbeat? {
        heartbeat.map { .init(endpoint: endpoint(at: $0.host), table: $0.name) }
    }

    /// Whether the tables: of the source name a table, written as `leat status` does.
    package func follows(_ table: String) -> Bool {
        TableName(parsing: table).map { tables.matches(database: $0.database, table: $0.table) } ?? false
    }
}

extension LeatConfiguration.MySQL.Heartbeat {
    package var name: TableName { TableName(database: database, table: table) }
}

extension LeatConfiguration {
    package func warehouseClient(logger: Logger) -> ClickHouseClient {
        ClickHouseClient(
            endpoint: ClickHouseEndpoint(
                url: warehouse.url,
                user: warehouse.user,
                password: warehouse.password.reveal()
            ),
            logger: logger
        )
    }

    /// What sends spans, if anything does.
    ///
    /// - Parameter instance: what distinguishes this process from others.
    func spanExporter(instance: String, logger: Logger) -> OTLPExporter? {
        tracing.map {
            OTLPExporter(endpoint: $0.otlp, version: LeatVersion.current, instance: instance, logger: logger)
        }
    }

    /// The options of a MySQL source's pipeline.
    package func replicationOptions(for source: Source, _ mySQL: MySQL) -> ReplicationOptions {
        let filter = mySQL.tables
        let heartbeat = mySQL.heartbeatOptions
        var options = ReplicationOptions(
            name: source.name,
            hosts: mySQL.endpoints,
            isWanted: { filter.matches(database: $0.database, table: $0.table) || $0 == heartbeat?.table },
            warehouseDatabase: { source.warehouseDatabase(for: $0) },
            snapshotConnections: mySQL.snapshot.connections,
            batchRows: batches.rows,
            batchBytes: batches.bytes,
            batchInterval: batches.interval,
            isDurable: warehouse.durability == .strict
        )
        options.heartbeat = heartbeat
        func names(of tables: [TableOptions]) -> Set<TableName> {
            Set(tables.map { TableName(database: $0.database, table: $0.table) })
        }
        let strict = names(of: tables.filter { $0.dates == .error })
        options.carriesDatesAsText = { !strict.contains($0) }
        let stopped = names(of: tables.filter { $0.onAlter == .stop })
        options.rebuilds = { !stopped.contains($0) }
        return options
    }

    /// The options of an InfluxDB source's pipeline.
    package func seriesOptions(for source: Source, _ influx: InfluxDB) -> SeriesOptions {
        var options = SeriesOptions(
            name: source.name,
            source: influx.endpoint,
            warehouseDatabase: source.warehouseDatabase(for: influx.database)
        )
        options.lookback = influx.lookback
        options.listen = influx.listen.map { .on(host: $0.host, port: $0.port) } ?? .off
        options.onDelete = SeriesOptions.OnDelete(rawValue: influx.onDelete.rawValue) ?? .keep
        options.sweepInterval = influx.sweep
        options.timeToLive = influx.timeToLive
        options.isDurable = warehouse.durability == .strict
        options.batchRows = min(options.batchRows, batches.rows)
        options.batchBytes = min(options.batchBytes, batches.bytes)
        return options
    }
}

extension LeatConfiguration.InfluxDB {
    /// The server as the client takes it.
    package var endpoint: InfluxEndpoint {
        InfluxEndpoint(
            url: url,
            database: database,
            user: user,
            password: password.reveal(),
            authentication: authentication == .token ? .token : .basic
        )
    }
}
