/// How many rows were changed at the source, by what was done to them.
package struct RowChanges: Sendable, Equatable {
    package var inserts = 0
    package var updates = 0
    package var deletes = 0

    package init() {}
}
