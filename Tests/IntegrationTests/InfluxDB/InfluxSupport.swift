import ColumnarBytes
import InfluxClient
import InfluxProtocol
import Logging
import NIOCore
import Synchronization
import Testing

/// The client's tests on a real server, one after the other: some of them kill it.
@Suite("The InfluxDB client and a real server", .serialized, .timeLimit(.minutes(5)))
enum RealInfluxDB {}

/// Runs `body` with a client of the client tests' own server, in a database of its own.
func withInflux<Result>(
    database: String,
    user: String? = nil,
    password: String? = nil,
    _ body: (InfluxClient) async throws -> Result
) async throws -> Result {
    var endpoint = try await InfluxServer.shared.endpoint()
    let root = InfluxClient(endpoint: endpoint, logger: silent)
    do {
        try await root.query("CREATE DATABASE \(InfluxQL.quote(identifier: database))")
        try await root.shutdown()
    } catch {
        try await root.shutdown()
        throw error
    }
    endpoint.database = database
    if let user { endpoint.user = user }
    if let password { endpoint.password = password }
    let client = InfluxClient(endpoint: endpoint, logger: silent)
    do {
        let result = try await body(client)
        try await client.shutdown()
        return result
    } catch {
        try await client.shutdown()
        throw error
    }
}

/// The error that `body` throws; `nil` when it throws none.
func influxFailure(_ body: () async throws -> Void) async -> InfluxError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? InfluxError
    }
}

/// Keeps the rows of a stream.
final class InfluxRows: SeriesRowConsumer {
    private let kept = Mutex<[[InfluxValue?]]>([])

    var rows: [[InfluxValue?]] { kept.withLock { $0 } }

    func consume(_ batch: SeriesRows) async throws -> SeriesRows? {
        let columns = zip(batch.buffers, batch.columns).map { Self.values($0, $1.kind) }
        kept.withLock { kept in
            for row in 0..<batch.rows { kept.append(columns.map { $0[row] }) }
        }
        return batch
    }

    private static func values(_ buffer: ColumnBuffer, _ kind: SeriesColumn.Kind) -> [InfluxValue?] {
        let bytes = Array(buffer.data.bytes)
        let nulls = Array(buffer.nulls.bytes)
        var at = 0
        func number(width: Int) -> UInt64 {
            var bits: UInt64 = 0
            for index in 0..<width { bits |= UInt64(bytes[at + index]) << (8 * UInt64(index)) }
            at += width
            return bits
        }
        return (0..<buffer.rows).map { row in
            let value: InfluxValue
            switch kind {
            case .tag, .field(.string):
                var length = 0
                var shift = 0
                while bytes[at] & 0x80 != 0 {
                    length |= Int(bytes[at] & 0x7F) << shift
                    shift += 7
                    at += 1
                }
                length |= Int(bytes[at]) << shift
                at += 1 + length
                value = .string(String(decoding: bytes[(at - length)..<at], as: UTF8.self))
            case .field(.boolean): value = .boolean(number(width: 1) == 1)
            case .field(.float): value = .double(Double(bitPattern: number(width: 8)))
            case .field(.unsigned): value = .unsigned(number(width: 8))
            case .time, .field(.integer): value = .integer(Int64(bitPattern: number(width: 8)))
            }
            return buffer.isNullable && nulls[row] == 1 ? nil : value
        }
    }
}
