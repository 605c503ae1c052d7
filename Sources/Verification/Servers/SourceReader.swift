import ColumnarBytes
import Logging
import MySQLClient
import MySQLProtocol

/// One connection to the source that reads sums and rows.
struct SourceReader: Sendable {
    let connection: MySQLConnection

    /// Connects, and makes the session print values as the canonical forms want them.
    init(endpoint: MySQLEndpoint, logger: Logger) async throws {
        connection = try await MySQLConnection.open(to: endpoint, as: .reading, logger: logger)
    }

    func close() async { await connection.close() }

    /// All transactions that the server has executed.
    func position() async throws -> GTIDSet {
        let text = try await connection.query("SELECT @@GLOBAL.gtid_executed").scalar
        return try GTIDSet(parsing: text ?? "")
    }

    /// Waits until the server shows all of these transactions, as far as it ever will: the pipeline may have followed
    /// another host before, which had transactions of its own.
    ///
    /// - Throws: ``VerificationError`` `.sourceBehind` if it does not in time; `MySQLError`.
    func wait(for position: GTIDSet, atMost limit: Duration) async throws {
        guard !position.isEmpty else { return }
        let deadline = ContinuousClock.now + limit
        var awaited = position
        while true {
            try Task.checkCancellation()
            let answer = try await connection.query(
                "SELECT WAIT_FOR_EXECUTED_GTID_SET('\(awaited.singleLine)', 1)"
            )
            if answer.scalar == "0" { return }
            let host = try await HostPosition.read(connection, timeout: .seconds(30))
            awaited = position.subtracting(host.unreachable(in: position))
            let missing = awaited.subtracting(host.executed)
            if missing.isEmpty { return }
            guard ContinuousClock.now < deadline else { throw Self.behind(missing, host, connection.endpoint.address) }
        }
    }

    private static func behind(_ missing: GTIDSet, _ host: HostPosition, _ address: String) -> VerificationError {
        let state =
            switch host.replica {
            case nil: ""
            case .some(let replica): replica.isRunning ? "; it lags behind its source" : "; its replication has stopped"
            }
        return VerificationError(
            .sourceBehind,
            "\(address) has not executed \(missing.transactionCount) transactions that are in the warehouse already "
                + "(\(missing.singleLine.prefix(400)))\(state)",
            remedy: host.replica == nil
                ? "if they were lost in a failover: leat run --copy-again"
                : "let it catch up (SHOW REPLICA STATUS), or put another one first in hosts:"
        )
    }

    /// How much the server has to do.
    func load() async throws -> SourceLoad {
        let answer = try await connection.query("SHOW GLOBAL STATUS LIKE 'Threads_running'")
        return SourceLoad(
            threadsRunning: answer.rows.first.flatMap { $0.last ?? nil }.flatMap { Int($0) } ?? 0,
            replica: try await ReplicaStatus.read(connection, timeout: .seconds(30))
        )
    }

    /// The storage engine's estimate of a table's rows; `nil` if it has none.
    func estimatedRows(of table: ComparedTable) async throws -> UInt64? {
        let answer = try await connection.query(SourceStatements(table).estimate)
        return answer.values(of: "rows").first.flatMap { $0 }.flatMap { UInt64($0) }
    }

    /// The text of the ordered column of the last row of the next `rows` rows after `lower`; `nil` if fewer remain.
    func upperBound(of table: ComparedTable, above lower: String?, rows: Int) async throws -> String? {
        guard let statement = SourceStatements(table).upperBound(above: lower, rows: rows) else { return nil }
        return try await connection.query(statement).scalar
    }

    /// The sums over each of `count` parts of a span that has rows, by the part's number.
    func buckets(_ count: Int, of table: ComparedTable, in span: KeySpan) async throws -> [Int: RowSums] {
        let statements = SourceStatements(table, span: span)
        var sums = try RowSums.buckets(answer: try await connection.query(statements.buckets(count)).rows)
        let floating = table.floating
        if floating.isEmpty { return sums }
        let consumer = FloatingRowConsumer(floating: floating, buckets: count, slices: span.slices)
        try await connection.stream(statements.floatingRows, rows: consumer)
        for (bucket, floating) in try consumer.sums().enumerated()
        where sums[bucket] != nil || floating != FloatingSums() {
            sums[bucket, default: RowSums()].floating = floating
        }
        return sums
    }

    /// The rows of some parts.
    func rows(ofBuckets buckets: [Int], of count: Int, in table: ComparedTable, _ span: KeySpan) async throws
        -> [HashedRow]
    {
        let statement = SourceStatements(table, span: span).rows(ofBuckets: buckets, of: count)
        return try await connection.query(statement).rows.map { answer in
            var row = try HashedRow(answer: answer, columns: table.columns.count)
            for (index, column) in table.columns.enumerated() where column.form == .floating {
                row.cells[index] = try Self.bits(answer[index + 1], isSingle: column.type == .float)
            }
            return row
        }
    }

    /// Columns of some rows as text, by the key's text in hexadecimal digits.
    func texts(of columns: [ComparedTable.Column], keys: [String], in table: ComparedTable, _ span: KeySpan)
        async throws
        -> [String: [String?]]
    {
        let answer = try await connection.query(SourceStatements(table, span: span).texts(of: columns, keys: keys))
        return Dictionary(answer.rows.map { ($0.first.flatMap { $0 } ?? "", Array($0.dropFirst())) }) { first, _ in
            first
        }
    }

    private static func bits(_ text: String?, isSingle: Bool) throws -> String {
        guard var text else { return "N" }
        return String(try text.withUTF8 { try FloatingText.bits(of: UnsafeRawBufferPointer($0), isSingle: isSingle) })
    }
}
