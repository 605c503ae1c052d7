import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes
import Logging
import Testing

/// The client's tests on a real server, one after the other: some of them kill it.
@Suite("The ClickHouse client and a real server", .serialized, .timeLimit(.minutes(5)))
enum RealClickHouse {}

/// Runs `body` with a client of the client tests' own server.
func withClickHouse<Result>(
    user: String? = nil,
    password: String? = nil,
    compression: CompressionMethod = .lz4,
    _ body: (ClickHouseClient) async throws -> Result
) async throws -> Result {
    var endpoint = try await ClickHouseServer.shared.endpoint()
    if let user { endpoint.user = user }
    if let password { endpoint.password = password }
    let client = ClickHouseClient(endpoint: endpoint, compression: compression, logger: Logger(label: "test"))
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
func clickHouseFailure(_ body: () async throws -> Void) async -> ClickHouseError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ClickHouseError
    }
}

extension ClickHouseClient {
    /// Encodes and inserts one block.
    @discardableResult
    func insert(
        _ table: String,
        _ columns: [NativeColumn],
        rows: Int,
        settings: [String: String] = [:]
    ) async throws -> InsertSummary {
        try await insert(into: table, block: columns, rows: rows, scratch: GrowableBytes(), settings: settings)
    }
}

extension ColumnBuffer {
    /// Appends one string.
    func append(text: String) {
        var text = text
        text.withUTF8 { appendString(UnsafeRawBufferPointer($0)) }
    }

    static func texts(_ values: [String?], isNullable: Bool = false) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .string, isNullable: isNullable)
        for value in values { if let value { buffer.append(text: value) } else { buffer.appendNull() } }
        return buffer
    }

    static func numbers<T: FixedWidthInteger>(_ values: [T?], isNullable: Bool = false) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .fixed(width: MemoryLayout<T>.size), isNullable: isNullable)
        for value in values { if let value { buffer.append(value) } else { buffer.appendNull() } }
        return buffer
    }

    static func ordinals(_ ordinals: [UInt16?], of values: [String], isNullable: Bool = false) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .dictionary(values: values), isNullable: isNullable)
        for ordinal in ordinals { if let ordinal { buffer.append(ordinal) } else { buffer.appendNull() } }
        return buffer
    }

    /// Values of 256 bits: the lowest byte, and what fills the others.
    static func wide(_ values: [(low: UInt8, rest: UInt8)]) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .fixed(width: 32), isNullable: false)
        for value in values {
            let bytes = [value.low] + [UInt8](repeating: value.rest, count: 31)
            bytes.withUnsafeBytes { buffer.appendFixed($0) }
        }
        return buffer
    }
}

/// Waits until a dead server refuses connections: those that the pool kept break once first.
func eventuallyRefused(_ client: ClickHouseClient) async {
    for _ in 0..<50 {
        let failure = await clickHouseFailure { try await client.ping(timeout: .seconds(1)) }
        if failure?.code == .connectionFailed { return }
    }
}
