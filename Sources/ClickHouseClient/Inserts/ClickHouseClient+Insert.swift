import ClickHouseFormat
import ColumnarBytes
import NIOCore
import NIOHTTP1

extension ClickHouseClient {
    /// What every insert sets, whatever the server's version and profile say; the caller's settings win.
    ///
    /// - ``writeSettings``: the answer means that the rows are there.
    /// - No silent change of a value: a column whose type differs, that the table lacks, or NULL where there is no NULL
    ///   is
    ///   an error. With the server's defaults `300` into `Int8` becomes `44` (seen on 25.8).
    /// - One block is one part, whatever its size: blocks are neither cut nor joined with others below these bounds.
    package static let insertSettings = writeSettings.merging([
        "input_format_native_allow_types_conversion": "0",
        "input_format_skip_unknown_fields": "0",
        "input_format_null_as_default": "0",
        "max_insert_block_size": "100000000",
        "min_insert_block_size_rows": "100000000",
        "min_insert_block_size_bytes": "4294967296",
        "max_insert_threads": "1",
    ]) { $1 }

    /// What every statement sets that writes rows, so that its answer means that they are there.
    ///
    /// - `async_insert=0`: they are not left in a buffer.
    /// - `insert_deduplicate=0`: they are not dropped for being a repeat. A table with a deduplication window notes a
    ///   block
    ///   before it commits it: if the server is killed between the two, it answers the repeat with success and has
    ///   nothing (seen on 25.8, once in 20 kills under load).
    package static let writeSettings = ["async_insert": "0", "insert_deduplicate": "0"]

    /// Inserts blocks that are already encoded.
    ///
    /// The columns must be the blocks' own: the server fills a column that is listed and not in the block with a
    /// default and says nothing. The variant that takes a block asks for the block's columns itself.
    /// - Parameters:
    ///   - table: As it stands in SQL, quoted.
    ///   - columns: Unquoted names.
    ///   - blocks: Native blocks. Must not change until this returns, however it returns.
    ///   - retry: For failures after which the server surely has nothing of it; with `isRepeatable` for all transient
    ///     ones.
    ///   - isRepeatable: The same rows twice do no harm (a ReplacingMergeTree with versions). A deduplication token
    ///     (with `insert_deduplicate=1`) does not make an insert repeatable: the server may note the token and lose the
    ///     part.
    /// - Throws: ``ClickHouseError``; `isAnswerUncertain` says whether rows may be there nevertheless.
    package func insert(
        into table: String,
        columns: [String],
        blocks: GrowableBytes,
        settings: [String: String] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        retry: RetryPolicy = .none,
        isRepeatable: Bool = false
    ) async throws -> InsertSummary {
        try await insert(
            into: table,
            columns: columns,
            source: .bytes(blocks),
            settings: settings,
            queryID: queryID,
            timeout: timeout,
            retry: retry,
            isRepeatable: isRepeatable
        )
    }

    /// Inserts blocks that are already encoded; see the variant that takes `GrowableBytes`.
    package func insert(
        into table: String,
        columns: [String],
        blocks: ByteBuffer,
        settings: [String: String] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        retry: RetryPolicy = .none,
        isRepeatable: Bool = false
    ) async throws -> InsertSummary {
        try await insert(
            into: table,
            columns: columns,
            source: .buffer(blocks),
            settings: settings,
            queryID: queryID,
            timeout: timeout,
            retry: retry,
            isRepeatable: isRepeatable
        )
    }

    /// Inserts blocks while they are made: one statement, one attempt. With ``insertSettings`` they become one part,
    /// all of them or none.
    ///
    /// - Throws: ``ClickHouseError``, also where `blocks` has thrown.
    package func insert(
        into table: String,
        columns: [String],
        blocks: any InsertBlocks,
        settings: [String: String] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil
    ) async throws -> InsertSummary {
        try await insert(
            into: table,
            columns: columns,
            source: .blocks(blocks),
            settings: settings,
            queryID: queryID,
            timeout: timeout,
            retry: .none,
            isRepeatable: false
        )
    }

    private func insert(
        into table: String,
        columns: [String],
        source: InsertBody.Source,
        settings: [String: String],
        queryID: String?,
        timeout: Duration?,
        retry: RetryPolicy,
        isRepeatable: Bool
    ) async throws -> InsertSummary {
        let names = columns.map { Self.quote(identifier: $0) }.joined(separator: ", ")
        var prototype = ServerRequest(
            sql: "INSERT INTO \(table) (\(names)) FORMAT Native",
            settings: Self.insertSettings.merging(settings) { $1 },
            queryID: queryID
        )
        prototype.mayChangeData = true
        let request = prototype
        let answer = try await withAttempts(
            retry,
            timeout: timeout,
            mayRepeat: { $0.isTransient && (isRepeatable || !$0.isAnswerUncertain) }
        ) { attempt in
            try await self.insertOnce(request, source: source, attempt: attempt)
        }
        let summary = answer.headers.first(name: "X-ClickHouse-Summary") ?? ""
        return InsertSummary(
            writtenRows: InsertSummary.number("written_rows", in: summary) ?? 0,
            writtenBytes: InsertSummary.number("written_bytes", in: summary) ?? 0,
            queryID: answer.headers.first(name: "X-ClickHouse-Query-Id") ?? request.queryID ?? ""
        )
    }

    private func insertOnce(
        _ prototype: ServerRequest,
        source: InsertBody.Source,
        attempt: Int
    ) async throws -> ServerAnswer {
        let compressor: FrameCompressor
        do {
            compressor = try compressors.take()
        } catch {
            throw ClickHouseError(code: .invalidRequest, message: "the body cannot be compressed: \(error)")
        }
        let body = InsertBody(statement: prototype.sql ?? "", source, compressor: compressor)
        defer {
            if let compressor = body.close() { compressors.giveBack(compressor) }
        }
        var request = prototype
        request.body = body
        do {
            return try await sendOnce(request, attempt: attempt)
        } catch let error as ClickHouseError {
            throw error.hidingValues()
        }
    }

    /// Encodes and inserts one block; the columns are the block's.
    ///
    /// The block is encoded into `scratch`, which is emptied first and can be used again and again.
    /// - Throws: `NativeFormatError` where the columns do not make a block; else as the variants with encoded blocks.
    package func insert(
        into table: String,
        block columns: [NativeColumn],
        rows: Int,
        scratch: GrowableBytes,
        settings: [String: String] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil,
        retry: RetryPolicy = .none,
        isRepeatable: Bool = false
    ) async throws -> InsertSummary {
        scratch.removeAll()
        try NativeBlockEncoder.encode(columns: columns, rows: rows, into: scratch)
        return try await insert(
            into: table,
            columns: columns.map(\.name),
            source: .bytes(scratch),
            settings: settings,
            queryID: queryID,
            timeout: timeout,
            retry: retry,
            isRepeatable: isRepeatable
        )
    }
}
