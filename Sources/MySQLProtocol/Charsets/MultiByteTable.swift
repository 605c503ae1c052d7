/// The characters of one of MySQL's multi-byte sets, as the server converts them.
struct MultiByteTable: Sendable {
    /// Stands for "no character" in the tables.
    private static let none: UInt16 = 0xFFFF
    /// The byte before a pair that makes three bytes of it.
    private static let tripleLead: UInt8 = 0x8F

    private let singles: [UInt16]
    private let leads: ClosedRange<UInt8>
    private let trails: ClosedRange<UInt8>
    private let pairs: [UInt16]
    private let triples: [UInt16]
    /// Where runs of successive characters of four bytes begin, by rising number of their code; nil: of none.
    private let quadruples: [(code: Int, scalar: UInt32?)]

    /// From what `scripts/charsets` writes.
    ///
    /// - Parameters:
    ///   - singles: hexadecimal numbers for the bytes 128 to 255; FFFF where one is no character by itself. Below that
    ///     is ASCII.
    ///   - pairs: for each leading byte the characters of all trailing ones; a dot where there is none.
    ///   - triples: the same behind 0x8F.
    ///   - quadruples: `code:scalar`, the scalar hexadecimal, or `-` for none.
    init(
        singles: String,
        leads: ClosedRange<UInt8>,
        trails: ClosedRange<UInt8>,
        pairs: String,
        triples: String = "",
        quadruples: String = ""
    ) {
        let upper = singles.split(whereSeparator: \.isWhitespace).map { UInt16($0, radix: 16) ?? Self.none }
        self.singles = (0..<128) + upper
        self.leads = leads
        self.trails = trails
        self.pairs = Self.characters(pairs)
        self.triples = Self.characters(triples)
        self.quadruples = quadruples.split(whereSeparator: \.isWhitespace).map { text in
            let parts = text.split(separator: ":")
            return (Int(parts[0]) ?? 0, UInt32(parts[1], radix: 16))
        }
    }

    /// A grid without its line breaks.
    private static func characters(_ text: String) -> [UInt16] {
        text.unicodeScalars.filter { $0 != "\n" }.map { $0 == "." ? none : UInt16(truncatingIfNeeded: $0.value) }
    }

    /// The set's table; nil for sets of another kind.
    static func table(of charset: String) -> MultiByteTable? {
        switch charset {
        case "big5": big5
        case "cp932": cp932
        case "eucjpms": eucjpms
        case "euckr": euckr
        case "gb18030": gb18030
        case "gb2312": gb2312
        case "gbk": gbk
        case "sjis": sjis
        case "ujis": ujis
        default: nil
        }
    }

    /// Takes the next character.
    ///
    /// - Parameter bytes: not empty; what was taken is removed.
    /// - Throws: `.malformed` for bytes that are no character.
    @inline(__always)
    func next(_ bytes: inout UnsafeRawBufferPointer.SubSequence) throws(ColumnValueError) -> UInt32 {
        let first = bytes[bytes.startIndex]
        let single = singles[Int(first)]
        if single != Self.none {
            bytes.removeFirst()
            return UInt32(single)
        }
        return try several(first, &bytes)
    }

    private func several(
        _ first: UInt8,
        _ bytes: inout UnsafeRawBufferPointer.SubSequence
    ) throws(ColumnValueError) -> UInt32 {
        var table = pairs
        var lead = first
        if !triples.isEmpty, first == Self.tripleLead {
            table = triples
            bytes.removeFirst()
            guard let next = bytes.first else { throw .malformed }
            lead = next
        }
        guard bytes.count >= 2 else { throw .malformed }
        let trail = bytes[bytes.startIndex + 1]
        if !quadruples.isEmpty, 0x30...0x39 ~= trail { return try quadruple(&bytes) }
        guard leads.contains(lead), trails.contains(trail) else { throw .malformed }
        let index = Int(lead - leads.lowerBound) * trails.count + Int(trail - trails.lowerBound)
        guard index < table.count, table[index] != Self.none else { throw .malformed }
        bytes.removeFirst(2)
        return UInt32(table[index])
    }

    /// GB18030: the rest of the basic plane by ranges, then the other planes in order.
    private func quadruple(_ bytes: inout UnsafeRawBufferPointer.SubSequence) throws(ColumnValueError) -> UInt32 {
        let code = Array(bytes.prefix(4))
        guard code.count == 4, 0x81...0xFE ~= code[0], 0x81...0xFE ~= code[2], 0x30...0x39 ~= code[3] else {
            throw .malformed
        }
        let number =
            Int(code[0] - 0x81) * 12_600 + Int(code[1] - 0x30) * 1_260 + Int(code[2] - 0x81) * 10 + Int(code[3] - 0x30)
        bytes.removeFirst(4)
        // 0x90308130 is U+10000.
        let astral = 15 * 12_600
        if number >= astral {
            guard number - astral <= 0xFFFFF else { throw .malformed }
            return 0x10000 + UInt32(number - astral)
        }
        guard let run = quadruples.last(where: { $0.code <= number }), let scalar = run.scalar else { throw .malformed }
        return scalar + UInt32(number - run.code)
    }
}
