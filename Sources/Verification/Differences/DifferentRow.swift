/// A row that is not in the warehouse as it is at the source: what repairing it needs to know.
package struct DifferentRow: Sendable, Hashable {
    /// The text of its key that both servers hash, in hexadecimal digits.
    package var key: String
    /// `_version`s of it that Leat has not written. Nothing that Leat writes could win against some of them.
    package var foreignVersions: [UInt64]

    package init(key: String, foreignVersions: [UInt64] = []) {
        self.key = key
        self.foreignVersions = foreignVersions
    }
}
