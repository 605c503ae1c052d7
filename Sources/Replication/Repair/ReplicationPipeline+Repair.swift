import ClickHouseClient
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

extension ReplicationPipeline {
    /// Rows that are read and written in one go.
    private static let repairedAtOnce = 500

    /// Reads single rows again at the source and writes them with a newer version, as the copy of a range does; those that
    /// the source does not have are removed.
    ///
    /// - Parameters:
    ///   - text: the table, as the source calls it.
    ///   - foreignVersions: versions of these rows that Leat has not written; they are taken out first, since nothing new
    ///     might win against them.
    /// - Returns: how many rows the source had.
    /// - Throws: ``PipelineError`` if the table is not being streamed, or cannot be read now.
    public func repair(_ text: String, keys: [RowKey], foreignVersions: [UInt64]) async throws -> UInt64 {
        guard let name = TableName(parsing: text), let table = tables[name], let mapping = table.mapping, let decoder
        else {
            throw PipelineError(
                .precondition,
                "the pipeline `\(options.name)` has no table `\(text)`",
                remedy: "leat tables list"
            )
        }
        guard table.state.phase == .streaming else {
            throw PipelineError(
                .precondition,
                "`\(text)` is \(table.state.phase.rawValue): only rows of a table that is streamed can be repaired",
                remedy: table.state.phase == .snapshotting
                    ? "wait until it is copied (leat status)" : "leat tables resync \(text)"
            )
        }
        // Somebody may have put another one in its place, in which rows come twice.
        try await warehouse.replaceView(mapping.warehouse, floor: table.state.floor)
        var repaired: UInt64 = 0
        for start in stride(from: 0, to: keys.count, by: Self.repairedAtOnce) {
            let portion = Array(keys[start..<min(start + Self.repairedAtOnce, keys.count)])
            guard let condition = RowKey.sourceCondition(portion, of: mapping),
                let shown = RowKey.warehouseCondition(portion, of: mapping)
            else {
                throw PipelineError(
                    .precondition,
                    "the keys to repair are not those of `\(text)`",
                    remedy: "its definition has changed meanwhile: verify again, then repair"
                )
            }
            if !foreignVersions.isEmpty {
                try await warehouse.remove(versions: foreignVersions, where: shown, in: mapping.warehouse)
            }
            repaired += try await repair(mapping, decoder, source: condition, warehouse: shown, rows: portion.count)
        }
        logger.notice(
            "rows were repaired",
            metadata: ["table": "\(text)", "keys": "\(keys.count)", "rows": "\(repaired)"]
        )
        return repaired
    }

    private func repair(
        _ mapping: TableMapping,
        _ decoder: StreamDecoder,
        source: String,
        warehouse condition: String,
        rows: Int
    ) async throws -> UInt64 {
        let name = mapping.definition.name.description
        // Two numbers: a row that is there is written under the higher one and wins over its own tombstone.
        let removal = try await log.define(BatchDefinition(kind: .repair, table: name, detail: "remove"))
        let writing: UInt64
        do {
            writing = try await log.define(BatchDefinition(kind: .repair, table: name, detail: "write"))
        } catch {
            await log.acknowledge(removal)
            throw error
        }
        do {
            let session = try await RangeSession(mapping: mapping, endpoint: endpoint, logger: logger)
            let pool = RowBatchPool(table: mapping.warehouse, keptMax: 4, bytesMax: 4 << 20)
            let consumer = try await session.consumer(
                limits: .init(blockBytes: 1 << 20, insertBytes: options.batchBytes),
                pool: pool
            )
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        do {
                            try await session.read(where: source, into: consumer, after: decoder.seen)
                            consumer.finish()
                        } catch {
                            consumer.fail(error)
                            throw error
                        }
                    }
                    group.addTask { [warehouse] in
                        while try await consumer.hasMore() {
                            try await warehouse.insert(consumer, into: mapping.warehouse, asBatch: writing)
                        }
                    }
                    try await group.waitForAll()
                }
                // Behind the rows, so that none of them disappears for a moment.
                try await warehouse.tombstone(where: condition, olderThanBatch: removal, in: mapping.warehouse)
            } catch {
                await session.close()
                throw error
            }
            await session.close()
            await log.acknowledge(removal)
            await log.acknowledge(writing)
            return consumer.count
        } catch {
            // What was written is right, and the rest is found by the next comparison.
            await log.acknowledge(removal)
            await log.acknowledge(writing)
            throw Self.repairFailure(error, table: name)
        }
    }

    private static func repairFailure(_ error: any Error, table: String) -> any Error {
        switch error {
        case TableCopier.Interruption.refused(let refusal):
            PipelineError(
                .precondition,
                "rows of `\(table)` cannot be carried over: \(refusal.cause)",
                remedy: refusal.remedy
            )
        case TableCopier.Interruption.definitionChanged:
            PipelineError(
                .precondition,
                "`\(table)` is being changed at the source",
                remedy: "repair it again in a moment"
            )
        default: error
        }
    }

    /// The server that the pipeline reads from now.
    public var followedHost: MySQLEndpoint { endpoint }
}
