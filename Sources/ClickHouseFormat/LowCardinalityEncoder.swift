import ColumnarBytes

/// Writes the values of a `LowCardinality(String)` column: the keys, then one index a row.
///
/// Layout: UInt64 version 1 (the column's prefix), UInt64 flags, UInt64 number of keys, the keys as `String`, UInt64
/// number of rows, the indexes in the width that the flags name. Key 0 is the empty string; in a nullable column key 0
/// stands for NULL and key 1 is the empty string. Source: ClickHouse's `SerializationLowCardinality.cpp`.
enum LowCardinalityEncoder {
    /// `SharedDictionariesWithAdditionalKeys`.
    static let version: UInt64 = 1
    /// The keys come with the block and not from a shared dictionary.
    static let hasAdditionalKeys: UInt64 = 1 << 9
    static let needsUpdate: UInt64 = 1 << 10
    static let needsGlobalDictionary: UInt64 = 1 << 8

    static func encode(
        values: [String],
        buffer: ColumnBuffer,
        isNullable: Bool,
        column: String,
        into output: GrowableBytes
    ) throws(NativeFormatError) {
        let rows = buffer.rows
        let keyCount = values.count + (isNullable ? 2 : 1)
        // 0, 1 and 2 mean indexes of one, two and four bytes.
        let widthCode: UInt64 = keyCount <= 1 << 8 ? 0 : keyCount <= 1 << 16 ? 1 : 2
        output.append(version)
        output.append(hasAdditionalKeys | needsUpdate | widthCode)
        output.append(UInt64(keyCount))
        output.append(repeating: 0, count: isNullable ? 2 : 1)
        for value in values {
            var value = value
            value.withUTF8 { bytes in
                output.appendVarUInt(UInt64(bytes.count))
                output.append(UnsafeRawBufferPointer(bytes))
            }
        }
        output.append(UInt64(rows))
        let isInRange =
            switch widthCode {
            case 0: appendIndexes(UInt8.self, buffer, isNullable: isNullable, keyCount: keyCount, to: output)
            case 1: appendIndexes(UInt16.self, buffer, isNullable: isNullable, keyCount: keyCount, to: output)
            default: appendIndexes(UInt32.self, buffer, isNullable: isNullable, keyCount: keyCount, to: output)
            }
        if !isInRange { throw .ordinalOutOfRange(column: column) }
    }

    /// Whether every index has its key. The loops have no branch on a value, so that they run on vectors.
    private static func appendIndexes<Index: FixedWidthInteger & UnsignedInteger>(
        _ type: Index.Type,
        _ buffer: ColumnBuffer,
        isNullable: Bool,
        keyCount: Int,
        to output: GrowableBytes
    ) -> Bool {
        let rows = buffer.rows
        let ordinals = buffer.data.bytes
        let indexes = output.reserve(rows * MemoryLayout<Index>.size)
        let size = MemoryLayout<Index>.size
        var highest: UInt32 = 0
        if buffer.isNullable {
            let nulls = buffer.nulls.bytes
            for row in 0..<rows {
                let ordinal = UInt32(
                    UInt16(littleEndian: ordinals.loadUnaligned(fromByteOffset: row &* 2, as: UInt16.self))
                )
                let index = nulls[row] == 0 ? ordinal &+ 1 : 0
                highest = max(highest, index)
                indexes.storeBytes(
                    of: Index(truncatingIfNeeded: index).littleEndian,
                    toByteOffset: row &* size,
                    as: Index.self
                )
            }
        } else {
            let shift: UInt32 = isNullable ? 1 : 0
            for row in 0..<rows {
                let ordinal = UInt32(
                    UInt16(littleEndian: ordinals.loadUnaligned(fromByteOffset: row &* 2, as: UInt16.self))
                )
                let index = ordinal &+ shift
                highest = max(highest, index)
                indexes.storeBytes(
                    of: Index(truncatingIfNeeded: index).littleEndian,
                    toByteOffset: row &* size,
                    as: Index.self
                )
            }
        }
        output.commit(rows * size)
        return Int(highest) < keyCount
    }
}
