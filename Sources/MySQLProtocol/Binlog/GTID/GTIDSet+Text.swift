extension GTIDSet {
    /// Parses what `SELECT @@gtid_executed` prints, and what else MySQL takes: blanks and line ends between the parts,
    /// sources in any order and repeated, tags (`uuid:1-3:5:tag:1-5`), empty parts between commas.
    ///
    /// Two things that MySQL reads as nothing are errors here, since they are more likely damage: a source without any
    /// interval, and an interval that ends before it begins.
    ///
    /// - Throws: ``GTIDError``.
    public init(parsing text: String) throws(GTIDError) {
        self.init()
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            let tokens = part.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                .map(GTIDSet.trimmed)
            guard let first = tokens.first, !(tokens.count == 1 && first.isEmpty) else { continue }
            let uuid = try MySQLUUID(parsing: first)
            guard tokens.count > 1 else { throw .invalidInterval }
            var source = GTIDSource(uuid: uuid, validTag: "")
            for token in tokens.dropFirst() {
                guard let byte = token.utf8.first else { throw .invalidInterval }
                if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                    insert(try GTIDSet.interval(token), of: source)
                } else {
                    source = try GTIDSource(uuid: uuid, tag: token.lowercased())
                }
            }
        }
    }

    private static func trimmed(_ bytes: Substring.UTF8View) -> Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Substring(bytes)
    }

    private static func interval(_ text: Substring) throws(GTIDError) -> ClosedRange<Int64> {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { number(trimmed($0.utf8)) }
        guard bounds.count <= 2, let first = bounds[0], let last = bounds[bounds.count - 1],
            first >= 1, last >= first, last <= GTID.maximumSequence
        else { throw .invalidInterval }
        return first...last
    }

    private static func number(_ digits: Substring) -> Int64? {
        // Without the signs that Int64 takes.
        digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(digits) : nil
    }

    /// Exactly what MySQL prints: ordered, lower case, one source a line with `,` at the line's end.
    public var description: String { text(separator: ",\n") }

    /// As ``description``, on one line. MySQL reads it as well.
    public var singleLine: String { text(separator: ",") }

    private func text(separator: String) -> String {
        var text = ""
        var uuid: MySQLUUID?
        for source in sources {
            if source.uuid != uuid {
                if uuid != nil { text += separator }
                text += source.uuid.description
                uuid = source.uuid
            }
            if !source.tag.isEmpty { text += ":" + source.tag }
            for range in intervals[source]?.ranges ?? [] {
                text += ":\(range.lowerBound)"
                if range.count > 1 { text += "-\(range.upperBound)" }
            }
        }
        return text
    }
}
