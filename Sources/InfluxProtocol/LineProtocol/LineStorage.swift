import ColumnarBytes

/// The memory of a ``LineProtocolParser``, kept from line to line.
struct LineStorage {
    var tags: [LineTag] = []
    var fields: [LineField] = []
    /// Unescaped names and strings of the current line.
    var unescaped: UnescapedBytes?
}
