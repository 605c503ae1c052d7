import ColumnarBytes

/// MySQL's binary JSON, as JSON columns store it, turned into the text that the server itself prints.
///
/// A document is a type byte and a value. Containers hold offsets, which are counted from the container's first byte;
/// small ones have offsets of two bytes, large ones of four. Numbers that fit an offset, and literals, stand in its
/// place. Keys come in the order stored: by length, then by bytes.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/json__binary_8h.html
enum BinaryJSON {
    /// MySQL's own limit of nesting.
    static let depthMax = 100

    /// Appends the text of a document. An empty one is what MySQL makes of invalid values in non-strict mode: `null`.
    ///
    /// - Throws: `.malformed`. Some text may be appended by then.
    static func appendText(of document: UnsafeRawBufferPointer, to output: ByteSink) throws(ColumnValueError) {
        guard let type = document.first else {
            output.appendASCII("null")
            return
        }
        // No value of n bytes has a text of 16 × n: more means that offsets make the same bytes appear again and again.
        let limit = output.count + 64 + 16 * document.count
        let writer = BinaryJSONWriter(output: output, byteCountMax: limit)
        do {
            try writer.appendValue(type: type, UnsafeRawBufferPointer(rebasing: document[1...]), depth: 0)
        } catch {
            throw .malformed
        }
    }
}
