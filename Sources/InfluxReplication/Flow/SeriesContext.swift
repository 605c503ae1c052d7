import ClickHouseClient
import InfluxClient
import LeatState
import Logging
import Observability
import PipelineCore
import Warehouse

/// What all measurements of a pipeline share.
struct SeriesContext: Sendable {
    let options: SeriesOptions
    let source: InfluxClient
    let warehouse: SeriesWarehouse
    let rollups: RollupKeeper
    let states: StateStore
    let windows: WindowStore
    let observer: any SeriesObserver
    let logger: Logger
    /// What makes the source read many points. InfluxDB takes some 16 kB for each field of each series while a
    /// statement runs, so a few concurrent ones can exhaust its memory, and are no faster than one after another.
    let reads: FIFOGate

    /// Of a window, in nanoseconds.
    var windowLength: Int64 { max(1_000_000_000, options.windowLength.nanoseconds) }

    init(
        options: SeriesOptions,
        source: InfluxClient,
        client: ClickHouseClient,
        observer: any SeriesObserver,
        logger: Logger
    ) {
        self.options = options
        self.source = source
        self.observer = observer
        self.logger = logger
        reads = FIFOGate(width: options.readersMax)
        warehouse = SeriesWarehouse(client: client, isDurable: options.isDurable)
        rollups = RollupKeeper(client: client, isDurable: options.isDurable, logger: logger)
        states = StateStore(client: client, pipeline: options.name)
        windows = WindowStore(client: client, pipeline: options.name)
    }

    /// Carries out `body` until the warehouse takes it; gives up on what it will never take, and when cancelled.
    func untilTaken<Result: Sendable>(
        _ stage: PipelineStage,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        var pause = Backoff()
        while true {
            do {
                let result = try await body()
                observer.heartbeat(stage)
                return result
            } catch let error as ClickHouseError where !error.isPermanent {
                if Task.isCancelled { throw CancellationError() }
                observer.failed(.retry, stage: stage, error)
                logger.warning("the warehouse does not answer; retrying", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
            }
        }
    }
}
