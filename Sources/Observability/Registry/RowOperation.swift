/// What happened to rows: values of the label `operation`.
package enum RowOperation: String, Sendable, Hashable, CaseIterable {
    case insert, update, delete, snapshot
}
