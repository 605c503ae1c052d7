import ClickHouseClient
import LeatConfig
import Logging
import Observability

/// What all sources of a process share.
package struct SourceSurroundings: Sendable {
    package var configuration: LeatConfiguration
    /// Give up the positions and copy every table again.
    package var copiesAgain: Bool
    /// Of the warehouse.
    package var client: ClickHouseClient
    package var metrics: LeatMetrics
    package var health: Health
    /// Names this process in `leat.*`.
    package var owner: String
    package var exporter: OTLPExporter?
    package var logger: Logger

    /// The same logger, which names the source.
    func logger(of source: String) -> Logger {
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(source)"
        return logger
    }
}

/// The kinds of source that there are.
enum SourceRuntimes {
    /// Those of the configuration, in its order.
    static func make(_ around: SourceSurroundings) -> [any SourceRuntime] {
        around.configuration.mySQLSources.map { MySQLRuntime($0.source, $0.mySQL, around) }
            + around.configuration.influxDBSources.map { InfluxRuntime($0.source, $0.influx, around) }
    }
}
