import ClickHouseClient
import LeatConfig
import Logging
import Observability

/// Polls the servers of a configuration every few seconds for their metrics. Nothing depends on it: a server that does
/// not answer is noted as down and asked again, and the pipelines continue.
package struct ServerWatch: Sendable {
    /// How often each server is asked.
    package static let interval = Duration.seconds(5)
    /// How long an answer may take that costs a server nothing.
    package static let answerTimeout = Duration.seconds(4)

    private let hosts: [MySQLHostWatch]
    private let clickHouse: ClickHouseWatch

    package init(_ configuration: LeatConfiguration, client: ClickHouseClient, metrics: ServerMetrics, logger: Logger) {
        hosts = configuration.mySQLSources.flatMap { source, mySQL in
            mySQL.endpoints.map {
                MySQLHostWatch(source: source.name, endpoint: $0, metrics: metrics, logger: logger)
            }
        }
        clickHouse = ClickHouseWatch(client: client, metrics: metrics)
    }

    /// Runs until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { tasks in
            for host in hosts { tasks.addTask { await host.run() } }
            tasks.addTask { await clickHouse.run() }
        }
    }
}
