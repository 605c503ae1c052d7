import ClickHouseClient
import MySQLClient

/// The heartbeat row: written to the source each second, and looked for in the warehouse as anybody would.
extension ReplicationPipeline {
    func writeHeartbeats(_ heartbeat: ReplicationOptions.Heartbeat) async {
        var writer: HeartbeatWriter?
        var isFailing = false
        while !Task.isCancelled, failure == nil {
            do {
                if writer == nil {
                    writer = try await HeartbeatWriter(heartbeat, pipeline: options.name, logger: logger)
                }
                try await writer?.write(at: Self.now)
                if isFailing { logger.info("the heartbeat row is written again") }
                isFailing = false
            } catch {
                await writer?.close()
                writer = nil
                if Task.isCancelled { break }
                observer.failed(.notify, stage: .source, message: "the heartbeat row: \(error)")
                if !isFailing {
                    logger.warning("the heartbeat row could not be written", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
            try? await Task.sleep(for: .seconds(1))
        }
        await writer?.close()
    }

    /// Twice a second: how old the newest row is that can be queried.
    func readHeartbeats(_ heartbeat: ReplicationOptions.Heartbeat) async {
        let database = ClickHouseClient.quote(identifier: options.warehouseDatabase(heartbeat.table.database))
        let table = ClickHouseClient.quote(identifier: heartbeat.table.table)
        while !Task.isCancelled, failure == nil {
            do {
                let rows = try await client.rows(
                    "SELECT toUnixTimestamp64Micro(max(at)) FROM \(database).\(table) WHERE id = {pipeline:String}",
                    settings: ["log_queries": "0"],
                    parameters: ["pipeline": options.name],
                    timeout: .seconds(3),
                    retry: .none
                )
                if let at = rows.first?.first?.flatMap({ Double($0) }), at > 0 { heartbeatInserted = at / 1_000_000 }
            } catch {
                // Not there yet, or the warehouse does not answer, which is told elsewhere. The row grows old.
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Tells how old the newest rows are that have come to either stage, as far as some have.
    func tellHeartbeats(at now: Double) {
        if heartbeatReceived > 0 { observer.heartbeatRow(.receive, age: max(0, now - heartbeatReceived)) }
        if heartbeatInserted > 0 { observer.heartbeatRow(.insert, age: max(0, now - heartbeatInserted)) }
    }
}
