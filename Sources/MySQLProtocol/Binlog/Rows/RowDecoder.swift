import ColumnarBytes

/// Decodes the rows of one table map straight into columns.
///
/// Compiled once per table map and set of target columns; reused for every rows event of that layout. Not for
/// concurrent use. No value is turned into an object on the way.
///
/// An UPDATE is read as its before image, then its after image:
///
/// ```swift
/// let update = try decoder.beginUpdate(&rows, of: event)
/// if update.isKeyChanged {
///     var before = update.before
///     try decoder.decodeKeyOnly(&before, presence: event.before, into: buffers)   // a tombstone
/// }
/// try decoder.decodeRow(&rows, presence: event.after, into: buffers)
/// ```
public final class RowDecoder {
    /// One column of the table map.
    struct Step {
        let decoder: ColumnDecoder
        let length: WireLength
        /// Index into the buffers; -1 for a column that is left out.
        let buffer: Int
        let isKey: Bool
    }

    // Plain memory, so that the loops over rows count no references and check no exclusive access.
    private let steps: UnsafeMutableBufferPointer<Step>
    /// For each step that has a buffer the end of it; belongs to `bound`.
    private let sinks: UnsafeMutablePointer<ColumnSink>
    /// The buffers that `sinks` belong to, kept alive with them.
    private var bound: [ColumnBuffer] = []
    private let context = ColumnDecoderContext()
    /// The table's columns of type JSON.
    private let jsonCount: Int
    /// -1 without a key.
    private let lastKeyColumn: Int
    /// The key's values in the before image that was read last; nil for NULL.
    private var keyBytes: [UnsafeRawBufferPointer?]

    /// - Parameter targets: for each column of the table map where its values go; nil to leave the column out.
    public init(table: TableMapEvent, targets: [RowTarget?]) throws(RowDecoderError) {
        if let code = table.unknownType { throw .unknownType(code) }
        guard targets.count == table.columns.count else {
            throw .columnCountMismatch(expected: targets.count, found: table.columns.count)
        }
        var steps: [Step] = []
        steps.reserveCapacity(targets.count)
        for (index, column) in table.columns.enumerated() {
            let length = WireLength(column)
            guard let target = targets[index] else {
                steps.append(Step(decoder: .fixed1, length: length, buffer: -1, isKey: false))
                continue
            }
            precondition(target.buffer >= 0)
            let decoder = try context.decoder(for: column, type: target.type, index: index)
            steps.append(Step(decoder: decoder, length: length, buffer: target.buffer, isKey: target.isKey))
        }
        jsonCount = table.columns.count { $0.wireType == .json }
        lastKeyColumn = steps.lastIndex { $0.isKey } ?? -1
        keyBytes = Array(repeating: nil, count: steps.count { $0.isKey })
        self.steps = .allocate(capacity: steps.count)
        _ = self.steps.initialize(from: steps)
        sinks = .allocate(capacity: steps.count)
    }

    deinit {
        // Both hold plain values: nothing to deinitialize.
        steps.deallocate()
        sinks.deallocate()
    }

    /// Points the steps at `buffers`, unless they already are.
    @inline(__always)
    private func bind(_ buffers: [ColumnBuffer]) {
        // Holding the array keeps its storage in place and unchanged, so the same address means the same buffers.
        let isSame = buffers.withUnsafeBufferPointer { new in
            bound.withUnsafeBufferPointer { old in old.baseAddress == new.baseAddress && old.count == new.count }
        }
        if !isSame { rebind(buffers) }
    }

    @inline(never)
    private func rebind(_ buffers: [ColumnBuffer]) {
        bound = buffers
        for (index, step) in steps.enumerated() where step.buffer >= 0 {
            (sinks + index).initialize(to: buffers[step.buffer].sink)
        }
    }

    /// Decodes one image and appends a value to the buffer of each target.
    ///
    /// - Throws: ``RowDecodingError``; all buffers have as many rows as before then, and `bytes` stands anywhere.
    public func decodeRow(
        _ bytes: inout ByteCursor,
        presence: ColumnBitmap,
        into buffers: [ColumnBuffer]
    ) throws(RowDecodingError) {
        guard presence.columnCount == steps.count else { throw .malformed }
        if !presence.isFull { try checkTargets(presence) }
        bind(buffers)
        let nulls = try readNullBits(&bytes, presence: presence)
        if presence.isFull {
            var index = 0
            while index < steps.count {
                try decode(at: index, isNull: RowDecoder.isNull(index, in: nulls), from: &bytes)
                index &+= 1
            }
        } else {
            var position = 0
            for index in steps.indices where presence[index] {
                try decode(at: index, isNull: RowDecoder.isNull(position, in: nulls), from: &bytes)
                position += 1
            }
        }
    }

    /// Decodes the key columns of one image and appends defaults (NULL where nullable) to the buffers of all other
    /// targets: what a tombstone holds. Needs no more than the key in the image.
    ///
    /// - Throws: ``RowDecodingError``, as ``decodeRow(_:presence:into:)``.
    public func decodeKeyOnly(
        _ bytes: inout ByteCursor,
        presence: ColumnBitmap,
        into buffers: [ColumnBuffer]
    ) throws(RowDecodingError) {
        guard presence.columnCount == steps.count else { throw .malformed }
        try checkKey(presence)
        bind(buffers)
        let nulls = try readNullBits(&bytes, presence: presence)
        var position = 0
        for (index, step) in steps.enumerated() {
            let isPresent = presence[index]
            if step.isKey {
                try decode(at: index, isNull: RowDecoder.isNull(position, in: nulls), from: &bytes)
            } else {
                if isPresent, !RowDecoder.isNull(position, in: nulls) { try skip(at: index, &bytes) }
                if step.buffer >= 0 { sinks[index].appendDefault() }
            }
            if isPresent { position += 1 }
        }
    }

    /// Decodes the key of the row that an UPDATE makes, as ``decodeKeyOnly(_:presence:into:)``, where the image from
    /// after it may lack what has not changed.
    ///
    /// - Parameters:
    ///   - before: at the start of the image from before.
    ///   - bytes: at the start of the one from after; moved past it.
    /// - Throws: ``RowDecodingError``, as ``decodeRow(_:presence:into:)``.
    public func decodeKeyOnly(
        before: ByteCursor,
        after bytes: inout ByteCursor,
        of event: RowsEvent,
        into buffers: [ColumnBuffer]
    ) throws(RowDecodingError) {
        guard event.before.columnCount == steps.count, event.after.columnCount == steps.count else { throw .malformed }
        try checkKey(event.before)
        guard event.after.presentCount > 0 else { throw .incompleteImage(column: 0) }
        bind(buffers)
        var before = before
        let oldNulls = try readNullBits(&before, presence: event.before)
        let nulls = try readNullBits(&bytes, presence: event.after)
        var (oldPosition, position) = (0, 0)
        for (index, step) in steps.enumerated() {
            let (wasPresent, isPresent) = (event.before[index], event.after[index])
            let wasNull = wasPresent && RowDecoder.isNull(oldPosition, in: oldNulls)
            let isNull = isPresent && RowDecoder.isNull(position, in: nulls)
            if step.isKey, !isPresent {
                try decode(at: index, isNull: wasNull, from: &before)
            } else {
                if wasPresent, !wasNull { try skip(at: index, &before) }
                if step.isKey {
                    try decode(at: index, isNull: isNull, from: &bytes)
                } else {
                    if isPresent, !isNull { try skip(at: index, &bytes) }
                    if step.buffer >= 0 { sinks[index].appendDefault() }
                }
            }
            if wasPresent { oldPosition += 1 }
            if isPresent { position += 1 }
        }
    }

    private func skip(at index: Int, _ bytes: inout ByteCursor) throws(RowDecodingError) {
        do { try steps[index].length.skip(&bytes) } catch {
            takeBack(before: index)
            throw .malformed
        }
    }

    /// Moves past one image.
    public func skipRow(_ bytes: inout ByteCursor, presence: ColumnBitmap) throws(RowDecodingError) {
        guard presence.columnCount == steps.count else { throw .malformed }
        // An image without columns takes no bytes: a loop over such rows would not end.
        guard presence.presentCount > 0 else { throw .incompleteImage(column: 0) }
        let nulls = try readNullBits(&bytes, presence: presence)
        do {
            var position = 0
            for index in steps.indices where presence[index] {
                if !RowDecoder.isNull(position, in: nulls) { try steps[index].length.skip(&bytes) }
                position += 1
            }
        } catch { throw .malformed }
    }

    /// An UPDATE's before image, and what the key says.
    public struct Update {
        /// At the start of the before image.
        public let before: ByteCursor
        /// Whether any key column's bytes differ between the images.
        public let isKeyChanged: Bool
    }

    /// Reads one before image and compares its key with that of the after image that follows.
    ///
    /// Leaves `bytes` at the start of the after image, past what says which JSON columns it has differences of. A key
    /// column that the after image lacks (MINIMAL) is unchanged.
    public func beginUpdate(_ bytes: inout ByteCursor, of event: RowsEvent) throws(RowDecodingError) -> Update {
        guard event.before.columnCount == steps.count, event.after.columnCount == steps.count else {
            throw .malformed
        }
        let before = bytes
        try checkKey(event.before)
        var isKeyChanged = false
        do {
            let nulls = try readNullBits(&bytes, presence: event.before)
            var position = 0
            var key = 0
            for index in steps.indices where event.before[index] {
                let step = steps[index]
                let start = bytes.position
                let isNull = RowDecoder.isNull(position, in: nulls)
                if !isNull { try step.length.skip(&bytes) }
                if step.isKey {
                    keyBytes[key] = isNull ? nil : UnsafeRawBufferPointer(start: start, count: bytes.position - start)
                    key += 1
                }
                position += 1
            }
            if event.hasDifferences { try skipDifferencesHeader(&bytes) }
            if lastKeyColumn >= 0 { isKeyChanged = try keyDiffers(after: bytes, presence: event.after) }
        } catch { throw .malformed }
        return Update(before: before, isKeyChanged: isKeyChanged)
    }

    /// Moves past what an after image with differences begins with: options, and a bit for each JSON column of the
    /// table. The image itself is laid out as any other.
    ///
    /// Source: https://dev.mysql.com/worklog/task/?id=2955
    public func skipDifferencesHeader(_ bytes: inout ByteCursor) throws(RowDecodingError) {
        do {
            let options = try bytes.readLengthEncodedInteger()
            if options & 1 != 0 { try bytes.skip((jsonCount + 7) / 8) }
        } catch { throw .malformed }
    }

    /// Whether the key of the image at `bytes` differs from the one in `keyBytes`.
    private func keyDiffers(after bytes: ByteCursor, presence: ColumnBitmap) throws -> Bool {
        var bytes = bytes
        let nulls = try readNullBits(&bytes, presence: presence)
        var position = 0
        var key = 0
        for index in 0...lastKeyColumn {
            let step = steps[index]
            guard presence[index] else {
                if step.isKey { key += 1 }
                continue
            }
            let start = bytes.position
            let isNull = RowDecoder.isNull(position, in: nulls)
            if !isNull { try step.length.skip(&bytes) }
            if step.isKey {
                if let old = keyBytes[key] {
                    if isNull || old.count != bytes.position - start
                        || !UnsafeRawBufferPointer.haveEqualBytes(
                            old,
                            UnsafeRawBufferPointer(start: start, count: bytes.position - start)
                        )
                    {
                        return true
                    }
                } else if !isNull {
                    return true
                }
                key += 1
            }
            position += 1
        }
        return false
    }

    @inline(__always)
    private func decode(at index: Int, isNull: Bool, from bytes: inout ByteCursor) throws(RowDecodingError) {
        // The caller keeps `index` below the count.
        let step = steps.baseAddress.unsafelyUnwrapped + index
        do {
            if step.pointee.buffer < 0 {
                if !isNull { try step.pointee.length.skip(&bytes) }
            } else if isNull {
                guard sinks[index].isNullable else { throw ColumnValueError.unexpectedNull }
                sinks[index].appendNull()
            } else {
                try step.pointee.decoder.decode(&bytes, into: sinks[index], context: context)
            }
        } catch {
            takeBack(before: index)
            if let error = error as? ColumnValueError { throw .value(column: index, error) }
            throw .malformed
        }
    }

    /// Removes what a failed row appended to the targets of the columns before `index`.
    @inline(never)
    private func takeBack(before index: Int) {
        for step in steps[..<index] where step.buffer >= 0 {
            let buffer = bound[step.buffer]
            buffer.truncate(toRows: buffer.rows - 1)
        }
    }

    /// One bit for each column that is present.
    @inline(__always)
    private func readNullBits(
        _ bytes: inout ByteCursor,
        presence: ColumnBitmap
    ) throws(RowDecodingError) -> UnsafeRawBufferPointer {
        do { return try bytes.readBytes((presence.presentCount + 7) / 8) } catch { throw .malformed }
    }

    @inline(__always)
    private static func isNull(_ position: Int, in nulls: UnsafeRawBufferPointer) -> Bool {
        nulls[position >> 3] >> UInt8(truncatingIfNeeded: position & 7) & 1 != 0
    }

    private func checkTargets(_ presence: ColumnBitmap) throws(RowDecodingError) {
        for index in steps.indices where steps[index].buffer >= 0 && !presence[index] {
            throw .incompleteImage(column: index)
        }
    }

    private func checkKey(_ presence: ColumnBitmap) throws(RowDecodingError) {
        if presence.isFull { return }
        for index in steps.indices where steps[index].isKey && !presence[index] {
            throw .incompleteImage(column: index)
        }
    }
}
