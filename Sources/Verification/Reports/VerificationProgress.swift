/// What a verification is doing.
package enum VerificationProgress: Sendable, Hashable {
    /// Until the warehouse has this many more of the source's transactions.
    case waiting(transactions: UInt64)
    /// Table `number` (from 1) of `count` is being compared.
    case comparing(table: String, number: Int, count: Int)
    /// … and has been.
    case compared(table: String, isEqual: Bool, number: Int, count: Int)
    /// These tables differ; their rows are being looked for.
    case searching(tables: [String])
    /// Points of this measurement differ where the pipeline has still to read them again; it is given the time.
    case behind(table: String)
}
