/// Everything that `leat.yaml` says, checked. The file is the only truth: nothing here has another origin than the
/// file, the environment variables that it names and the files that it names.
package struct LeatConfiguration: Sendable, Hashable {
    /// The file as it was named to us.
    package var path: String
    /// The pipelines in the file's order.
    package var sources: [Source]
    package var warehouse: Warehouse
    /// What differs from the defaults, by table.
    package var tables: [TableOptions]
    package var batches: Batches
    package var verification: Verification
    package var console: Console
    /// Where spans of batches go; `nil` if nothing is traced.
    package var tracing: Tracing?
    package var log: Log

    package init(
        path: String,
        sources: [Source],
        warehouse: Warehouse,
        tables: [TableOptions] = [],
        batches: Batches = Batches(),
        verification: Verification = Verification(),
        console: Console = Console(),
        tracing: Tracing? = nil,
        log: Log = Log()
    ) {
        self.path = path
        self.sources = sources
        self.warehouse = warehouse
        self.tables = tables
        self.batches = batches
        self.verification = verification
        self.console = console
        self.tracing = tracing
        self.log = log
    }

    /// The MySQL pipelines in the file's order.
    package var mySQLSources: [(source: Source, mySQL: MySQL)] {
        sources.compactMap { source in
            if case .mySQL(let mySQL) = source.kind { (source, mySQL) } else { nil }
        }
    }

    /// The InfluxDB pipelines in the file's order.
    package var influxDBSources: [(source: Source, influx: InfluxDB)] {
        sources.compactMap { source in
            if case .influxDB(let influx) = source.kind { (source, influx) } else { nil }
        }
    }

    /// The options of a source's table; the defaults where the file names none.
    package func options(database: String, table: String) -> TableOptions {
        tables.first { $0.database == database && $0.table == table } ?? TableOptions(database: database, table: table)
    }
}
