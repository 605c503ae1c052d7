import ClickHouseClient
import Logging
import MySQLClient
import MySQLSchema
import Observability
import PipelineCore

/// The heartbeat row: written to the source each second, and read in the warehouse as any user would.
actor HeartbeatMonitor {
    private let heartbeat: ReplicationOptions.Heartbeat
    private let options: ReplicationOptions
    private let client: ClickHouseClient
    private let observer: any ReplicationObserver
    private let logger: Logger
    /// When the newest heartbeat row was written that the stream, or the warehouse, has: seconds since 1970, 0 if none.
    private var received = 0.0
    private var inserted = 0.0

    init(
        _ heartbeat: ReplicationOptions.Heartbeat,
        options: ReplicationOptions,
        client: ClickHouseClient,
        observer: any ReplicationObserver,
        logger: Logger
    ) {
        self.heartbeat = heartbeat
        self.options = options
        self.client = client
        self.observer = observer
        self.logger = logger
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.write() }
            group.addTask { await self.read() }
            group.addTask { await self.report() }
        }
    }

    /// The stream has brought a row that was committed then: seconds since 1970.
    func received(at time: Double) { received = time }

    private func write() async {
        var writer: HeartbeatWriter?
        var isFailing = false
        while !Task.isCancelled {
            do {
                if writer == nil {
                    writer = try await HeartbeatWriter(heartbeat, pipeline: options.name, logger: logger)
                }
                try await writer?.write(at: LagMonitor.now)
                if isFailing { logger.info("the heartbeat row is written again") }
                isFailing = false
            } catch {
                await writer?.close()
                writer = nil
                if Task.isCancelled { break }
                observer.failed(.notify, stage: .source, error, of: "the heartbeat row")
                if !isFailing {
                    logger.warning("the heartbeat row could not be written", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
            try? await Task.sleep(for: .seconds(1))
        }
        await writer?.close()
    }

    /// Once a second: how old the newest row is that can be queried.
    private func read() async {
        let view = ClickHouseClient.quote(
            database: options.warehouseDatabase(heartbeat.table.database),
            table: heartbeat.table.table
        )
        while !Task.isCancelled {
            do {
                let rows = try await client.rows(
                    "SELECT toUnixTimestamp64Micro(max(at)) FROM \(view) WHERE id = {pipeline:String}",
                    settings: ["log_queries": "0"],
                    parameters: ["pipeline": options.name],
                    timeout: .seconds(3),
                    retry: .none
                )
                if let at = rows.first?.first?.flatMap({ Double($0) }), at > 0 { inserted = at / 1_000_000 }
            } catch {
                // Not there yet, or the warehouse does not answer, which is reported elsewhere. The row grows old.
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Reports how old the newest rows are that have come to either stage, as far as some have.
    private func report() async {
        while !Task.isCancelled {
            let now = LagMonitor.now
            if received > 0 { observer.heartbeatRow(.receive, age: max(0, now - received)) }
            if inserted > 0 { observer.heartbeatRow(.insert, age: max(0, now - inserted)) }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }
}
