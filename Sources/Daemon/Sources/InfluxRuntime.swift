import Console
import InfluxReplication
import LeatConfig
import Observability

/// An InfluxDB source: its pipeline.
struct InfluxRuntime: SourceRuntime {
    let name: String
    let observer: MetricsObserver
    private let database: String
    private let supervisor: PipelineSupervisor<TimeSeriesPipeline>

    init(_ source: LeatConfiguration.Source, _ influx: LeatConfiguration.InfluxDB, _ around: SourceSurroundings) {
        let observer = MetricsObserver(
            source.name,
            metrics: around.metrics,
            health: around.health,
            hasMeasurements: true
        )
        name = source.name
        self.observer = observer
        database = influx.database
        supervisor = PipelineSupervisor(source.name, observer: observer, around) { _ in
            TimeSeriesPipeline(
                options: around.configuration.seriesOptions(for: source, influx),
                client: around.client,
                observer: observer,
                logger: around.logger
            )
        }
    }

    var isSettled: Bool { get async { await supervisor.isSettled } }

    func run() async { await supervisor.run() }

    func follows(_ table: String) -> Bool { table.hasPrefix(database + ".") }

    func copyAgain() -> Bool { supervisor.copyAgain() }

    func perform(_ order: TableOrder, on table: String) async throws { try await supervisor.perform(order, on: table) }

    func repair(_ order: RepairOrder) async throws -> [String] {
        try await supervisor.order { pipeline in
            var answers: [String] = []
            for measurement in order.measurements ?? [] {
                let spans = measurement.spans.compactMap { $0.count == 2 && $0[0] < $0[1] ? $0[0]..<$0[1] : nil }
                let points = try await pipeline.repair(measurement.name, spans: spans)
                answers.append("\(measurement.name): \(points) points read again in \(spans.count) spans")
            }
            return answers
        }
    }
}
