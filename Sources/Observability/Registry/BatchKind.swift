/// What a batch is for: values of the label `kind`.
package enum BatchKind: String, Sendable, Hashable, CaseIterable {
    case stream, range, repair, barrier
}
