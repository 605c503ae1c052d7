import Logging
import MySQLClient
import MySQLProtocol
import WireBytes

/// One connection to the source that reads sums and rows.
struct SourceReader: Sendable {
    let connection: MySQLConnection

    /// Connects, and makes the session print values as the canonical forms want them.
    init(endpoint: MySQLEndpoint, logger: Logger) async throws {
        connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
        var statements = [
            "SET SESSION time_zone = '+00:00'",
            // Among others without PAD_CHAR_TO_FULL_LENGTH, which the binlog does not know either.
            "SET SESSION sql_mode = ''",
            "SET SESSION net_write_timeout = 600",
            "SET SESSION TRANSACTION READ ONLY",
        ]
        // A limit for everybody must not end a long sum. MariaDB calls it by another name.
        statements.append("SET SESSION \(connection.isMariaDB ? "max_statement_time" : "max_execution_time") = 0")
        do {
            for statement in statements { try await connection.execute(statement) }
        } catch {
            await connection.close()
            throw error
        }
    }

    func close() async { await connection.close() }

    /// All transactions that the server has executed.
    func position() async throws -> GTIDSet {
        let text = try await connection.query("SELECT @@GLOBAL.gtid_executed").scalar
        return try GTIDSet(parsing: text ?? "")
    }

    /// The sums over all rows.
    func sums(of table: ComparedTable) async throws -> RowSums {
        let statements = SourceStatements(table)
        var sums = try RowSums(answer: try await connection.query(statements.checksum).rows.first)
        if let floating = try await floatingSums(of: table, buckets: 1).first { sums.floating = floating }
        return sums
    }

    /// The sums over each of `count` parts that has rows, by the part's number.
    func buckets(_ count: Int, of table: ComparedTable) async throws -> [Int: RowSums] {
        let answer = try await connection.query(SourceStatements(table).buckets(count)).rows
        var sums = try RowSums.buckets(answer: answer)
        for (bucket, floating) in try await floatingSums(of: table, buckets: count).enumerated()
        where sums[bucket] != nil || floating != FloatingSums() {
            sums[bucket, default: RowSums()].floating = floating
        }
        return sums
    }

    /// The rows of some parts.
    func rows(ofBuckets buckets: [Int], of count: Int, in table: ComparedTable) async throws -> [HashedRow] {
        try await connection.query(SourceStatements(table).rows(ofBuckets: buckets, of: count)).rows.map { answer in
            var row = try HashedRow(answer: answer, columns: table.columns.count)
            for (index, column) in table.columns.enumerated() where column.form == .floating {
                row.cells[index] = try Self.bits(answer[index + 1], isSingle: column.type == .float)
            }
            return row
        }
    }

    private func floatingSums(of table: ComparedTable, buckets: Int) async throws -> [FloatingSums] {
        let floating = table.floating
        if floating.isEmpty { return [] }
        let consumer = FloatingRowConsumer(floating: floating, buckets: buckets)
        try await connection.stream(SourceStatements(table).floatingRows, rows: consumer)
        return try consumer.sums()
    }

    private static func bits(_ text: String?, isSingle: Bool) throws -> String {
        guard var text else { return "N" }
        return String(try text.withUTF8 { try FloatingText.bits(of: UnsafeRawBufferPointer($0), isSingle: isSingle) })
    }
}
