/// How many rows were changed at the source, by what was done to them.
public struct RowChanges: Sendable, Equatable {
    public var inserts = 0
    public var updates = 0
    public var deletes = 0

    public init() {}
}
