import ClickHouseClient
import InfluxClient
import LeatConfig
import Logging
import MySQLClient
import PipelineCore
import Warehouse

/// Looks for everything that can be wrong before and while pipelines run, and changes nothing.
package struct Doctor: Sendable {
    private let configuration: LeatConfiguration
    /// The servers of a MySQL source, in order of preference.
    private let mySQLEndpoints: @Sendable (LeatConfiguration.MySQL) -> [MySQLEndpoint]
    private let influxEndpoint: @Sendable (LeatConfiguration.InfluxDB) -> InfluxEndpoint
    private let warehouse: ClickHouseClient
    private let process: RunningProcess
    private let logger: Logger

    /// - Parameters:
    ///   - warehouse: stays the caller's to shut down.
    ///   - process: what the process says that runs the configuration on this machine.
    package init(
        _ configuration: LeatConfiguration,
        mySQLEndpoints: @escaping @Sendable (LeatConfiguration.MySQL) -> [MySQLEndpoint],
        influxEndpoint: @escaping @Sendable (LeatConfiguration.InfluxDB) -> InfluxEndpoint,
        warehouse: ClickHouseClient,
        process: RunningProcess,
        logger: Logger
    ) {
        self.configuration = configuration
        self.influxEndpoint = influxEndpoint
        self.mySQLEndpoints = mySQLEndpoints
        self.warehouse = warehouse
        self.process = process
        self.logger = logger
    }

    /// - Parameter progress: called with each subject before it is examined.
    package func examine(progress: @Sendable (String) -> Void = { _ in }) async -> Diagnosis {
        var diagnosis = Diagnosis()
        progress("this machine")
        HostExaminer(configuration).examine(into: &diagnosis)
        let examiner = WarehouseExaminer(client: warehouse, configuration: configuration)
        progress(examiner.subject)
        let isWarehouseUp = await examiner.examine(into: &diagnosis)
        for source in configuration.sources {
            switch source.kind {
            case .mySQL(let mySQL):
                let endpoints = mySQLEndpoints(mySQL)
                var servers: [MySQLExaminer.Server] = []
                for endpoint in endpoints {
                    let examiner = MySQLExaminer(endpoint: endpoint, source: mySQL, logger: logger)
                    progress(examiner.subject)
                    servers.append(await examiner.examine(isOnly: endpoints.count == 1, into: &diagnosis))
                }
                SourceExaminer(source: source, servers: servers).examine(into: &diagnosis)
                if isWarehouseUp {
                    await PipelineExaminer(source: source, client: warehouse, process: process, servers: servers)
                        .examine(into: &diagnosis)
                }
            case .influxDB(let influxDB):
                let examiner = InfluxExaminer(source: influxDB, endpoint: influxEndpoint(influxDB), logger: logger)
                progress(examiner.subject)
                await examiner.examine(into: &diagnosis)
                if isWarehouseUp {
                    await PipelineExaminer(source: source, client: warehouse, process: process, servers: [])
                        .examine(into: &diagnosis)
                }
            }
        }
        return diagnosis
    }
}
