import ColumnarBytes

/// MySQL's binary form of a set, as COM_BINLOG_DUMP_GTID sends it and PREVIOUS_GTIDS_EVENT holds it
/// (`Gtid_set::encode` in sql/rpl_gtid_set.cc).
///
/// An 8-byte word with the number of sources, then for each its UUID, the number of intervals (8 bytes), and per
/// interval its first number and the one after its last (8 bytes each), all little-endian. Since 8.3, where any source
/// has a tag, the word is `1 << 56 | count << 8 | 1`, and each UUID is followed by its tag: the length as a
/// variable-length integer of mysql::serialization, then the text.
extension GTIDSet {
    /// The set as COM_BINLOG_DUMP_GTID wants it. In the tagged form only if there are tags: servers before 8.3 know no
    /// other.
    public func encodedForDump() -> [UInt8] {
        let sources = sources
        let isTagged = sources.contains { !$0.tag.isEmpty }
        let count = UInt64(sources.count)
        let buffer = GrowableBytes(minimumCapacity: 8 + sources.count * 48)
        buffer.append(isTagged ? 1 << 56 | count << 8 | 1 : count)
        for source in sources {
            source.uuid.bytes.withUnsafeBytes { buffer.append($0) }
            if isTagged {
                let tag = Array(source.tag.utf8)
                // At most 32 bytes, so the variable-length integer is one byte: the value shifted left once.
                buffer.append(UInt8(truncatingIfNeeded: tag.count << 1))
                tag.withUnsafeBytes { buffer.append($0) }
            }
            let ranges = intervals[source]?.ranges ?? []
            buffer.append(UInt64(ranges.count))
            for range in ranges {
                buffer.append(range.lowerBound)
                buffer.append(range.upperBound + 1)
            }
        }
        return Array(buffer.bytes)
    }

    /// Decodes either form.
    ///
    /// - Throws: ``GTIDError``; `ByteCursorError` where the bytes end early.
    init(decoding bytes: inout ByteCursor) throws {
        self.init()
        let word = try bytes.read(UInt64.self)
        let isTagged: Bool
        let count: UInt64
        switch word >> 56 {
        case 0:
            isTagged = false
            count = word
        case 1:
            isTagged = true
            count = (word << 8) >> 16
        default: throw GTIDError.malformedEncoding
        }
        // 24 bytes at least a source, so a wrong count ends at the end of the bytes.
        var left = count
        while left > 0 {
            left -= 1
            let uuid = try MySQLUUID(decoding: &bytes)
            var source = GTIDSource(uuid: uuid, validTag: "")
            if isTagged {
                let length = try bytes.readSerializedUInt()
                guard length <= 32 else { throw GTIDError.invalidTag }
                source = try GTIDSource(uuid: uuid, tag: String(decoding: bytes.readBytes(Int(length)), as: UTF8.self))
            }
            var intervals = try bytes.read(UInt64.self)
            var previous: Int64 = 0
            while intervals > 0 {
                intervals -= 1
                let first = try bytes.read(Int64.self)
                let end = try bytes.read(Int64.self)
                guard first > previous, end > first else { throw GTIDError.invalidInterval }
                insert(first...(end - 1), of: source)
                previous = end
            }
        }
        guard bytes.isAtEnd else { throw GTIDError.malformedEncoding }
    }

    /// Decodes what ``encodedForDump()`` or a server encoded.
    ///
    /// - Throws: ``GTIDError``.
    public init(encoded: [UInt8]) throws(GTIDError) {
        do {
            self = try encoded.withUnsafeBytes { raw in
                var cursor = ByteCursor(raw)
                return try GTIDSet(decoding: &cursor)
            }
        } catch let error as GTIDError {
            throw error
        } catch {
            throw .malformedEncoding
        }
    }
}

extension MySQLUUID {
    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        self.init(high: try bytes.readBigEndian(UInt64.self), low: try bytes.readBigEndian(UInt64.self))
    }
}
