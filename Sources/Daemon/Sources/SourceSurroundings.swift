import ClickHouseClient
import LeatConfig
import Logging
import Observability

/// What all sources of a process share.
package struct SourceSurroundings: Sendable {
    var configuration: LeatConfiguration
    /// Give up the positions and copy every table again.
    var copiesAgain: Bool
    /// Of the warehouse.
    var client: ClickHouseClient
    var metrics: LeatMetrics
    var health: Health
    /// Names this process in `leat.*`.
    var owner: String
    var exporter: OTLPExporter?
    var logger: Logger

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
