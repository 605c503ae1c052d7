import ColumnarBytes

/// The optional metadata at the end of a table map: fields of a type, a length and a value. Signs and charsets are
/// always there (since 8.0); names, members and keys with `binlog_row_metadata=FULL`. Which columns a field speaks of
/// follows from their types alone.
struct TableMapMetadata {
    private(set) var unsigned: [Bool] = []
    /// Collation ids of the character columns, and of the ENUM and SET columns, each in column order.
    private(set) var collations: [Int]?
    private(set) var memberCollations: [Int]?
    private(set) var names: [String]?
    private(set) var setMembers: [[ArraySlice<UInt8>]] = []
    private(set) var enumMembers: [[ArraySlice<UInt8>]] = []
    private(set) var primaryKey: [TableMapEvent.KeyPart] = []
    private(set) var visible: [Bool]?

    /// - Throws: ``BinlogError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor, columns: [TableMapColumn]) throws {
        let numericCount = columns.count { $0.wireType.isNumeric }
        let characterCount = columns.count { $0.wireType.hasCollation }
        let memberCount = columns.count { $0.wireType == .enumeration || $0.wireType == .set }
        while !bytes.isAtEnd {
            let field = try bytes.read(UInt8.self)
            var value = ByteCursor(try bytes.readLengthEncodedBytes())
            switch field {
            case 1: unsigned = try TableMapMetadata.bits(&value, count: numericCount)
            case 2: collations = try TableMapMetadata.defaultCollations(&value, count: characterCount)
            case 3: collations = try TableMapMetadata.list(&value)
            case 4:
                var names: [String] = []
                while !value.isAtEnd {
                    names.append(String(decoding: try value.readLengthEncodedBytes(), as: UTF8.self))
                }
                self.names = names
            case 5: setMembers = try TableMapMetadata.members(&value)
            case 6: enumMembers = try TableMapMetadata.members(&value)
            case 8:
                primaryKey = try TableMapMetadata.list(&value)
                    .map { TableMapEvent.KeyPart(column: $0, prefixLength: 0) }
            case 9:
                let numbers = try TableMapMetadata.list(&value)
                guard numbers.count.isMultiple(of: 2) else { throw TableMapMetadata.malformed("half a key part") }
                primaryKey = stride(from: 0, to: numbers.count, by: 2)
                    .map { TableMapEvent.KeyPart(column: numbers[$0], prefixLength: numbers[$0 + 1]) }
            case 10: memberCollations = try TableMapMetadata.defaultCollations(&value, count: memberCount)
            case 11: memberCollations = try TableMapMetadata.list(&value)
            case 12: visible = try TableMapMetadata.bits(&value, count: columns.count)
            default:
                // 7 and 13: kinds of geometry and dimensions of vectors, which change no layout. Others: newer servers.
                break
            }
        }
        guard primaryKey.allSatisfy({ $0.column < columns.count }) else {
            throw TableMapMetadata.malformed("a key of a column that is not there")
        }
        guard names == nil || names?.count == columns.count else {
            throw TableMapMetadata.malformed("metadata for another number of columns")
        }
        // A type of a newer server that counts, or does not, would be one table's trouble: the types of its text are
        // not known then. It must not be the stream's.
        if collations?.count != characterCount { collations = nil }
        if memberCollations?.count != memberCount { memberCollations = nil }
    }

    private static func malformed(_ reason: String) -> BinlogError {
        .malformed(type: BinlogEventType.tableMap.rawValue, reason: reason)
    }

    /// One bit a column, highest bit first.
    private static func bits(_ value: inout ByteCursor, count: Int) throws -> [Bool] {
        let bytes = value.readRest()
        guard bytes.count >= (count + 7) / 8 else { throw malformed("too few bits") }
        return (0..<count).map { bytes[$0 >> 3] & (0x80 >> UInt8($0 & 7)) != 0 }
    }

    /// All that is left as integers.
    private static func list(_ value: inout ByteCursor) throws -> [Int] {
        var numbers: [Int] = []
        while !value.isAtEnd { numbers.append(Int(clamping: try value.readLengthEncodedInteger())) }
        return numbers
    }

    /// A default, then pairs of an index among the columns concerned and its own collation.
    ///
    /// - Returns: nil if there are not as many columns.
    private static func defaultCollations(_ value: inout ByteCursor, count: Int) throws -> [Int]? {
        let numbers = try list(&value)
        guard let first = numbers.first, numbers.count.isMultiple(of: 2) == false else {
            throw malformed("half a charset")
        }
        var collations = [Int](repeating: first, count: count)
        for index in stride(from: 1, to: numbers.count, by: 2) {
            guard numbers[index] < count else { return nil }
            collations[numbers[index]] = numbers[index + 1]
        }
        return collations
    }

    /// For each ENUM or SET column a count and that many strings, in the column's charset.
    private static func members(_ value: inout ByteCursor) throws -> [[ArraySlice<UInt8>]] {
        var columns: [[ArraySlice<UInt8>]] = []
        while !value.isAtEnd {
            let count = try value.readLengthEncodedCount()
            var members: [ArraySlice<UInt8>] = []
            members.reserveCapacity(count)
            for _ in 0..<count { members.append(ArraySlice(try value.readLengthEncodedBytes())) }
            columns.append(members)
        }
        return columns
    }

    /// Writes names and types into the columns.
    ///
    /// - Returns: whether the source logs names and all that comes with them.
    func apply(to columns: inout [TableMapColumn]) -> Bool {
        var numeric = 0
        var character = 0
        var member = 0
        var sets = setMembers.makeIterator()
        var enums = enumMembers.makeIterator()
        for index in columns.indices {
            let wireType = columns[index].wireType
            var isUnsigned: Bool?
            var collation: Int?
            var members: [ArraySlice<UInt8>]?
            if wireType.isNumeric {
                isUnsigned = numeric < unsigned.count ? unsigned[numeric] : nil
                numeric += 1
            } else if wireType.hasCollation {
                collation = collations?[character]
                character += 1
            } else if wireType == .enumeration || wireType == .set {
                collation = memberCollations?[member]
                member += 1
                members = wireType == .set ? sets.next() : enums.next()
            }
            columns[index].type = columns[index].type(isUnsigned: isUnsigned, collation: collation, members: members)
            columns[index].name = names?[index]
            if let visible { columns[index].isVisible = visible[index] }
        }
        return names != nil
    }
}

extension TableMapColumn {
    /// The logical type, given what the optional metadata says of the column; nil if that does not suffice.
    fileprivate func type(isUnsigned: Bool?, collation: Int?, members: [ArraySlice<UInt8>]?) -> MySQLType? {
        switch wireType {
        case .tiny: isUnsigned.map { .integer(bytes: 1, isUnsigned: $0) }
        case .short: isUnsigned.map { .integer(bytes: 2, isUnsigned: $0) }
        case .int24: isUnsigned.map { .integer(bytes: 3, isUnsigned: $0) }
        case .long: isUnsigned.map { .integer(bytes: 4, isUnsigned: $0) }
        case .longlong: isUnsigned.map { .integer(bytes: 8, isUnsigned: $0) }
        case .newDecimal: .decimal(precision: metadata >> 8, scale: metadata & 0xFF)
        case .float: .float
        case .double: .double
        case .bit: .bit(metadata)
        case .date, .newDate: .date
        case .dateTime: .dateTime(fraction: 0)
        case .dateTime2: .dateTime(fraction: metadata)
        case .timestamp: .timestamp(fraction: 0)
        case .timestamp2: .timestamp(fraction: metadata)
        case .time: .time(fraction: 0)
        case .time2: .time(fraction: metadata)
        case .year: .year
        case .json: .json
        case .geometry: .geometry
        case .vector: .vector
        case .varchar, .varString, .string, .blob, .tinyBlob, .mediumBlob, .longBlob:
            collation.flatMap { id in
                if let charset = MySQLCharset(collation: id) { return .text(charset) }
                guard id == MySQLCharset.binaryCollation else { return nil }
                return wireType == .string ? .binary(length: metadata) : .bytes
            }
        case .enumeration: text(of: members, collation: collation).map { .enumeration($0) }
        case .set: text(of: members, collation: collation).map { .set($0) }
        case .decimalText, .null, .typedArray: nil
        }
    }

    /// The members of an ENUM or SET in UTF-8.
    private func text(of members: [ArraySlice<UInt8>]?, collation: Int?) -> [String]? {
        guard let members, let collation else { return nil }
        if case .other(let name)? = MySQLCharset(collation: collation) {
            guard let decoder = CharsetDecoder(charset: name) else { return nil }
            return members.map { member in member.withUnsafeBytes { decoder.string($0) } }
        }
        return members.map { String(decoding: $0, as: UTF8.self) }
    }
}
