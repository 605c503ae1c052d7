/// A key or index as a statement defines it.
package struct KeyDefinition: Hashable, Sendable {
    /// What the key is for.
    package enum Kind: Hashable, Sendable {
        case primary
        case unique
        /// Identifies no rows: a plain, FULLTEXT or SPATIAL index.
        case index
    }

    /// One of the columns, or expressions, of the key.
    package struct Part: Hashable, Sendable {
        /// As the statement spells it; `nil` for an expression.
        package var column: String?
        /// Of a prefix: in characters for text, in bytes for binary strings.
        package var length: Int?

        package init(column: String?, length: Int? = nil) {
            self.column = column
            self.length = length
        }
    }

    package var kind: Kind
    /// `nil` where the server chooses one.
    package var name: String?
    package var parts: [Part]

    package init(kind: Kind, name: String? = nil, parts: [Part]) {
        self.kind = kind
        self.name = name
        self.parts = parts
    }
}
