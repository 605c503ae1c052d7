/// A key or index as a statement defines it.
public struct KeyDefinition: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case primary
        case unique
        /// Identifies no rows: a plain, FULLTEXT or SPATIAL index.
        case index
    }

    public struct Part: Hashable, Sendable {
        /// As the statement spells it; `nil` for an expression.
        public var column: String?
        /// Of a prefix: in characters for text, in bytes for binary strings.
        public var length: Int?

        public init(column: String?, length: Int? = nil) {
            self.column = column
            self.length = length
        }
    }

    public var kind: Kind
    /// `nil` where the server chooses one.
    public var name: String?
    public var parts: [Part]

    public init(kind: Kind, name: String? = nil, parts: [Part]) {
        self.kind = kind
        self.name = name
        self.parts = parts
    }
}
