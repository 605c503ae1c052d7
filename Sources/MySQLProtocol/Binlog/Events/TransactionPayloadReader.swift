import CZstd
import ColumnarBytes

/// The events inside a compressed transaction, one by one: memory is bounded by the largest event and the
/// decompressor's window, however large the transaction.
///
/// Looks into the compressed bytes that it was made with; they must stay alive and in place, or be kept by
/// ``keepRest(in:)``.
public final class TransactionPayloadReader {
    /// Buffers above this are not kept from one transaction to the next. Bytes.
    private static let keptBytesMax = 8 << 20

    private var payload: UnsafeRawBufferPointer
    private var compression: TransactionPayloadEvent.Compression
    private var uncompressedByteCount: UInt64?
    private let eventBytesMax: Int
    /// What was left of the compressed bytes; `payload` looks into it.
    private var kept: KeptBytes?
    /// Compressed bytes consumed.
    private var consumed = 0
    /// Bytes decompressed so far.
    private var produced: UInt64 = 0
    /// Decompressed bytes; those before `start` are done with.
    private var buffer = GrowableBytes()
    private var start = 0
    private var stream: OpaquePointer?
    /// Whether the decompressor stands at the end of a frame.
    private var isFrameComplete = true
    /// Set by the first error, which any further call repeats.
    private var failure: BinlogError?

    /// - Parameter eventBytesMax: the largest event to take, in bytes. MySQL writes none above 1 GiB.
    public init(_ event: TransactionPayloadEvent, eventBytesMax: Int = 1 << 30) {
        payload = event.payload
        compression = event.compression
        uncompressedByteCount = event.uncompressedByteCount
        self.eventBytesMax = eventBytesMax
    }

    deinit {
        ZSTD_freeDStream(stream)
    }

    /// Begins another transaction with the memory of the last one.
    public func restart(with event: TransactionPayloadEvent) {
        kept = nil
        payload = event.payload
        compression = event.compression
        uncompressedByteCount = event.uncompressedByteCount
        consumed = 0
        produced = 0
        start = 0
        isFrameComplete = true
        failure = nil
        if buffer.capacity > TransactionPayloadReader.keptBytesMax { buffer = GrowableBytes() }
        buffer.removeAll()
        if let stream { ZSTD_DCtx_reset(stream, ZSTD_reset_session_only) }
    }

    /// Keeps what is left of the compressed bytes: those that the reader was made with need not stay.
    ///
    /// - Parameter storage: what they lie in, if that can be kept; otherwise they are copied.
    public func keepRest(in storage: GrowableBytes? = nil) {
        guard kept == nil else { return }
        // Bytes that are not compressed are counted as a whole.
        let from = compression == .none ? 0 : consumed
        let rest = KeptBytes(UnsafeRawBufferPointer(rebasing: payload[from...]), in: storage)
        kept = rest
        payload = rest.bytes
        if compression != .none { consumed = 0 }
    }

    /// Gives back what was kept: the transaction has been read to its end.
    func forgetRest() {
        kept = nil
        payload = UnsafeRawBufferPointer(start: nil, count: 0)
        consumed = 0
        start = 0
    }

    /// Decodes the next event and delivers it.
    ///
    /// - Returns: false at the end, without a call.
    /// - Throws: ``BinlogError``, ``GTIDError``, or what `deliver` throws.
    public func next(_ deliver: (BinlogEventHeader, BinlogEvent) throws -> Void) throws -> Bool {
        try next(tableMaps: nil, deliver)
    }

    func next(
        tableMaps: TableMapCache?,
        _ deliver: (BinlogEventHeader, BinlogEvent) throws -> Void
    ) throws -> Bool {
        if let failure { throw failure }
        do {
            guard let event = try nextEventBytes() else { return false }
            var cursor = ByteCursor(event)
            let header = try BinlogEventHeader(decoding: &cursor)
            guard header.type != .transactionPayload, header.type != .formatDescription else {
                throw BinlogError.corruptPayload(reason: "an event that cannot be part of a transaction")
            }
            try deliver(header, BinlogDecoder.decode(body: cursor.rest, header: header, tableMaps: tableMaps))
            return true
        } catch let error as BinlogError {
            failure = error
            throw error
        }
    }

    /// The next whole event, valid until the next call; nil at the end.
    private func nextEventBytes() throws(BinlogError) -> UnsafeRawBufferPointer? {
        guard try fill(BinlogEventHeader.byteCount) else {
            guard available == 0 else { throw .corruptPayload(reason: "ends inside an event's header") }
            guard uncompressedByteCount == nil || uncompressedByteCount == produced else {
                throw .corruptPayload(reason: "another size than announced")
            }
            return nil
        }
        // The length is at byte 9 of the header.
        let length = unread.loadUnaligned(fromByteOffset: 9, as: UInt32.self)
        let byteCount = Int(UInt32(littleEndian: length))
        guard byteCount >= BinlogEventHeader.byteCount else {
            throw .corruptPayload(reason: "an event shorter than its header")
        }
        guard byteCount <= eventBytesMax else {
            throw .eventTooLarge(bytes: UInt64(byteCount), limit: UInt64(eventBytesMax))
        }
        guard try fill(byteCount) else { throw .corruptPayload(reason: "ends inside an event") }
        let event = UnsafeRawBufferPointer(rebasing: unread[..<byteCount])
        start += byteCount
        return event
    }

    /// What is decompressed and not yet read.
    private var unread: UnsafeRawBufferPointer {
        if compression == .none { return UnsafeRawBufferPointer(rebasing: payload[start...]) }
        return UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
    }

    private var available: Int { unread.count }

    /// Decompresses until `count` bytes are there.
    ///
    /// - Returns: false if the payload ends before.
    private func fill(_ count: Int) throws(BinlogError) -> Bool {
        if compression == .none {
            produced = UInt64(payload.count)
            return available >= count
        }
        while available < count {
            if start > 0 { dropRead() }
            if consumed == payload.count, isFrameComplete { return false }
            try decompress()
        }
        return true
    }

    /// Moves the unread bytes to the front.
    private func dropRead() {
        let rest = available
        if rest > 0, let base = buffer.mutableBytes.baseAddress {
            base.copyMemory(from: base + start, byteCount: rest)
        }
        buffer.truncate(to: rest)
        start = 0
    }

    private func decompress() throws(BinlogError) {
        guard let stream = stream ?? ZSTD_createDStream() else {
            throw .corruptPayload(reason: "no memory for the decompressor")
        }
        self.stream = stream
        let room = 128 << 10
        var output = ZSTD_outBuffer(dst: buffer.reserve(room), size: room, pos: 0)
        var input = ZSTD_inBuffer(src: payload.baseAddress, size: payload.count, pos: consumed)
        let result = ZSTD_decompressStream(stream, &output, &input)
        guard ZSTD_isError(result) == 0 else {
            throw .corruptPayload(reason: "zstd: " + String(cString: ZSTD_getErrorName(result)))
        }
        guard output.pos > 0 || input.pos > consumed else {
            throw .corruptPayload(reason: "zstd: the frame is cut off")
        }
        buffer.commit(output.pos)
        produced &+= UInt64(output.pos)
        consumed = input.pos
        isFrameComplete = result == 0
        if let announced = uncompressedByteCount, produced > announced {
            throw .corruptPayload(reason: "more than announced")
        }
    }
}
