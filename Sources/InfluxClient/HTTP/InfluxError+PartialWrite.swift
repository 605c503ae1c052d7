import InfluxProtocol
import NIOCore

extension InfluxError {
    private static let quoteStart = "unable to parse '"
    /// Failed lookups of an answer's lines after which the rest is left without numbers.
    private static let missesMax = 16

    /// Finds out what an answer to `/write` says about single points.
    ///
    /// 1.x: `partial write: <reason> dropped=<n>` (with unparsable lines in place of the reason and `dropped=0`), or
    /// just the unparsable lines where none could be read. 2.x wraps the first in a sentence of its own. 3 Core lists
    /// lines.
    mutating func readPartialWrite(_ message: ServerMessage) {
        let text = message.text
        let isPartial = text.contains("partial write")
        if !isPartial && !text.contains(Self.quoteStart) && message.lines.isEmpty { return }
        var reason = text
        if let found = text.firstRange(of: "partial write: ") { reason = String(text[found.upperBound...]) }
        var dropped: Int?
        if let found = reason.lastRange(of: " dropped=") {
            dropped = Int(reason[found.upperBound...].prefix { $0.isNumber })
            reason = String(reason[..<found.lowerBound])
        }
        let lines = message.lines.isEmpty ? Self.quotedLines(reason) : message.lines
        // For unparsable lines 1.x says that none was dropped.
        if dropped == 0 || dropped == nil { dropped = lines.isEmpty ? dropped : lines.count }
        partialWrite = PartialWrite(dropped: dropped, reason: String(reason.prefix(1000)), lines: lines)
        code = isPartial ? .partialWrite : .refused
        isTransient = false
        isAnswerUncertain = false
    }

    /// `unable to parse 'line': reason`, once for each bad line.
    private static func quotedLines(_ text: String) -> [PartialWrite.Line] {
        guard text.hasPrefix(quoteStart) else { return [] }
        return text.dropFirst(quoteStart.count).split(separator: "\n" + quoteStart).map { entry in
            let mark = entry.lastRange(of: "': ")
            return PartialWrite.Line(
                number: nil,
                text: String(entry[..<(mark?.lowerBound ?? entry.endIndex)]),
                reason: mark.map { String(entry[$0.upperBound...]) } ?? ""
            )
        }
    }

    /// The same error with the numbers of its lines, found in what was written.
    func namingLines(of body: ByteBuffer) -> InfluxError {
        guard var partial = partialWrite, partial.lines.contains(where: { $0.number == nil }) else { return self }
        body.withUnsafeReadableBytes { bytes in
            var place = LinePlace(bytes)
            var misses = 0
            for index in partial.lines.indices where partial.lines[index].number == nil && misses < Self.missesMax {
                partial.lines[index].number = place.find(partial.lines[index].text)
                if partial.lines[index].number == nil { misses += 1 }
            }
        }
        var error = self
        error.partialWrite = partial
        return error
    }
}

extension StringProtocol {
    fileprivate func firstRange(of text: String) -> Range<Index>? { ranges(of: text).first }
    fileprivate func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}
