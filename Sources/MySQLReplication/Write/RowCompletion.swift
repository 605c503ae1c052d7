import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// Completes rows of which the binlog has only some columns, or differences, as sessions with
/// `binlog_row_image=MINIMAL` or `NOBLOB` and with `binlog_row_value_options=PARTIAL_JSON` log them: reads them again
/// at the source.
///
/// As with the range of a copy, what is read has seen whatever the batch and those before it have changed, and whatever
/// a later batch changes wins. A row that is not there any more is deleted by a later batch.
struct RowCompletion: Sendable {
    let warehouse: Warehouse
    let tables: TableKeeper
    let decoder: StreamDecoder
    let hosts: SourceHosts
    let waits: ConditionWaits
    /// Bytes of one insert.
    let batchBytes: Int
    let logger: Logger

    /// The stream brings within moments what was read.
    private static let streamWaitMax = Duration.seconds(30)
    /// Rows that are read in one go.
    private static let readAtOnce = 500
    /// The first ordinals of rows that are read again, above those of the batch itself; of a replay above those of an
    /// earlier process, which another host may have answered.
    private static let firstOrdinal = UInt64(1 << 23)
    private static let firstOrdinalOfReplay = UInt64(3 << 22)

    /// - Parameters:
    ///   - rows: the keys of the rows.
    ///   - isReplay: whether an earlier process may have done it.
    ///   - attempt: how often this one has tried, perhaps at another host.
    /// - Throws: ``TableRefusal`` if it cannot be done; what may pass.
    func complete(_ rows: RowBatch, of mapping: TableMapping, asBatch number: UInt64, isReplay: Bool, attempt: Int)
        async throws
    {
        let host = hosts.current
        let keys = RowKey.keys(in: rows, of: mapping)
        var ordinal = isReplay ? Self.firstOrdinalOfReplay : Self.firstOrdinal
        ordinal += min(UInt64(attempt * keys.count), UInt64(1 << 22 - min(keys.count, 1 << 22)))
        let session = try await RangeSession(mapping: mapping, endpoint: host, logger: logger)
        do {
            for start in stride(from: 0, to: keys.count, by: Self.readAtOnce) {
                let portion = Array(keys[start..<min(start + Self.readAtOnce, keys.count)])
                guard let condition = RowKey.sourceCondition(portion, of: mapping) else {
                    throw TableRefusal(
                        cause: "rows of which the binlog has only some columns cannot be read again by their keys",
                        remedy: "leat tables resync \(mapping.definition.name)   once all sessions log full rows"
                    )
                }
                ordinal += try await session.carryOver(
                    where: condition,
                    to: warehouse,
                    asBatch: number,
                    insertBytes: batchBytes,
                    after: hosts.reachable(of: decoder.seen),
                    firstOrdinal: ordinal
                )
            }
            try await note(try await session.inspector.executedGTIDs(), of: mapping.definition.name, at: host)
            await session.close()
        } catch {
            await session.close()
            switch error {
            case TableCopier.Interruption.refused(let refusal): throw refusal
            case TableCopier.Interruption.definitionChanged:
                throw TableRefusal(
                    cause: "the binlog had only some columns of its rows, and its definition changed before the others "
                        + "were read",
                    remedy: "",
                    isOfCopy: true
                )
            default: throw error
            }
        }
    }

    /// What was read may show transactions that the stream has not brought yet, and that are lost with the host.
    ///
    /// - Throws: ``HostLeft`` if another one is followed now, at which it has to be read again.
    private func note(_ position: GTIDSet, of name: TableName, at host: MySQLEndpoint) async throws {
        let (decoder, hosts) = (decoder, hosts)
        let isReceived = try await waits.wait(before: .now + Self.streamWaitMax) {
            decoder.received.isSuperset(of: position) || decoder.isBlocked || hosts.current != host
        }
        guard hosts.current == host else { throw HostLeft(host: host.address) }
        if isReceived, decoder.received.isSuperset(of: position) { return }
        // The stream stands still, perhaps because it waits for this batch: a start, or another host, has to know.
        try await tables.perform(.completed(name, position: position))
    }
}
