import ClickHouseClient
import ConfigurationFile
import Logging
import MySQLClient
import MySQLSchema
import Replication

extension LeatConfiguration.MySQL {
    /// The servers as the client takes them, in order of preference.
    var endpoints: [MySQLEndpoint] {
        hosts.map {
            MySQLEndpoint(
                host: $0.host,
                port: $0.port,
                user: user,
                password: password.reveal(),
                tls: TLSMode(rawValue: tls.rawValue) ?? .preferred
            )
        }
    }
}

extension LeatConfiguration {
    func warehouseClient(logger: Logger) -> ClickHouseClient {
        ClickHouseClient(
            endpoint: ClickHouseEndpoint(
                url: warehouse.url,
                user: warehouse.user,
                password: warehouse.password.reveal()
            ),
            logger: logger
        )
    }

    /// What a MySQL source's pipeline is told.
    func replicationOptions(for source: Source, _ mySQL: MySQL) -> ReplicationOptions {
        let filter = mySQL.tables
        return ReplicationOptions(
            name: source.name,
            hosts: mySQL.endpoints,
            isWanted: { filter.matches(database: $0.database, table: $0.table) },
            warehouseDatabase: { source.warehouseDatabase(for: $0) },
            snapshotConnections: mySQL.snapshot.connections,
            batchRows: batches.rows,
            batchBytes: batches.bytes,
            batchInterval: batches.interval,
            isDurable: warehouse.durability == .strict
        )
    }
}
