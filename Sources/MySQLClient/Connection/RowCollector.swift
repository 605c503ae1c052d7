import ColumnarBytes
import MySQLProtocol
import NIOConcurrencyHelpers

/// Keeps the rows of a small result as text.
///
/// Used on the connection's event loop alone until the command is over, then read once.
final class RowCollector: PacketConsumer {
    private struct Content {
        var columns: [ColumnDefinition41] = []
        var rows: [[String?]] = []
        var bytes = 0
    }

    private let content = NIOLockedValueBox(Content())
    private let bytesMax: Int

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    func begin(_ columns: [ColumnDefinition41]) {
        content.withLockedValue { $0.columns = columns }
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        try content.withLockedValue { content in
            content.bytes += payload.count
            guard content.bytes <= bytesMax else {
                throw MySQLError(.resultTooLarge, "the result is larger than \(bytesMax) bytes")
            }
            do {
                content.rows.append(try RowCollector.row(payload, columns: content.columns.count))
            } catch {
                throw MySQLError(.protocolViolation, "the server sent a bad row: \(error)")
            }
        }
        return .more
    }

    func result(_ outcome: OKPacket) -> QueryResult {
        content.withLockedValue { QueryResult(columns: $0.columns, rows: $0.rows, outcome: outcome) }
    }

    private static func row(_ payload: UnsafeRawBufferPointer, columns: Int) throws -> [String?] {
        var cursor = ByteCursor(payload)
        var row: [String?] = []
        row.reserveCapacity(columns)
        for _ in 0..<columns {
            if cursor.rest.first == 0xFB {
                try cursor.skip(1)
                row.append(nil)
            } else {
                row.append(String(decoding: try LengthEncoding.readBytes(from: &cursor), as: UTF8.self))
            }
        }
        guard cursor.isAtEnd else { throw PacketError.trailingBytes(count: cursor.remaining) }
        return row
    }
}
