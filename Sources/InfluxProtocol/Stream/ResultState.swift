/// Where in a result a ``StreamDecoder`` is, and what it knows of the series that it is in. The shape is the same in
/// JSON and MessagePack: `{results: [{statement_id, series: [{name, tags, columns, values: [[…]], partial}],
/// partial}]}`.
struct ResultState {
    /// What comes next.
    enum Place {
        case document, documentMember, result, resultMember, series, seriesMember, row, cell
    }

    /// Columns or tags beyond this are no result of a server.
    static let namesMax = 100_000

    var place = Place.document
    /// Whole documents, which are chunks.
    var documents = 0
    /// Whether the latest series, or result, continues in the next chunk.
    var isPartial = false
    var columns: [String] = []
    var tags: [(key: String, value: String)] = []
    /// The next cell of the row.
    var cell = 0

    /// Whether the result may end here.
    var isComplete: Bool { place == .document && documents > 0 && !isPartial }

    mutating func beginSeries() {
        columns.removeAll(keepingCapacity: true)
        tags.removeAll(keepingCapacity: true)
        isPartial = false
    }

    mutating func endDocument() {
        documents += 1
        place = .document
    }
}
