import ColumnarBytes
import InfluxProtocol
import NIOCore

/// The body of an answer that reports a failure: `{"error": …}` (1.x, 3 Core) or `{"code": …, "message": …}` (2.x).
struct ServerMessage: Sendable, Hashable {
    var text = ""
    /// What 3 Core says about single lines.
    var lines: [PartialWrite.Line] = []

    init(_ body: ByteBuffer) {
        let isJSON = body.withUnsafeReadableBytes { bytes -> Bool in
            var scanner = JSONScanner(bytes, scratch: GrowableBytes())
            do throws(DecodingFault) {
                try read(&scanner)
                return true
            } catch {
                return false
            }
        }
        if !isJSON && text.isEmpty {
            text = String(String(buffer: body).prefix(300).prefix { !$0.isNewline })
        }
    }

    private mutating func read(_ scanner: inout JSONScanner) throws(DecodingFault) {
        var text = ""
        var lines: [PartialWrite.Line] = []
        try scanner.object { (scanner, key) throws(DecodingFault) in
            switch key {
            case "error", "message":
                let isText = try scanner.peek() == UInt8(ascii: "\"")
                if isText { text = try scanner.text() } else { try scanner.skipValue() }
            case "data" where try scanner.peek() == UInt8(ascii: "["):
                try scanner.array { (scanner) throws(DecodingFault) in
                    lines.append(try Self.line(&scanner))
                }
            default: try scanner.skipValue()
            }
        }
        self.text = text
        self.lines = lines
    }

    private static func line(_ scanner: inout JSONScanner) throws(DecodingFault) -> PartialWrite.Line {
        var line = PartialWrite.Line(number: nil, text: "", reason: "")
        try scanner.object { (scanner, key) throws(DecodingFault) in
            guard let value = try scanner.scalar() else { return }
            switch key {
            case "original_line": line.text = value.stringValue ?? ""
            case "error_message": line.reason = value.stringValue ?? ""
            case "line_number": line.number = value.integerValue.flatMap { Int(exactly: $0) }
            default: break
            }
        }
        return line
    }
}
