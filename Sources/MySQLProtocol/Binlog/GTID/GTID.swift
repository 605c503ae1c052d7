/// The name of one transaction: where it was first committed and which one it was there.
/// https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html
package struct GTID: Hashable, Sendable, CustomStringConvertible {
    package let source: GTIDSource
    /// 1 to ``maximumSequence``.
    package let sequence: Int64

    /// The highest number that MySQL hands out.
    package static let maximumSequence = Int64.max - 1

    package var uuid: MySQLUUID { source.uuid }
    /// Empty for none.
    package var tag: String { source.tag }

    /// - Throws: ``GTIDError/invalidTag``, ``GTIDError/invalidInterval``.
    package init(uuid: MySQLUUID, tag: String = "", sequence: Int64) throws(GTIDError) {
        try self.init(source: GTIDSource(uuid: uuid, tag: tag), sequence: sequence)
    }

    /// - Throws: ``GTIDError/invalidInterval``.
    package init(source: GTIDSource, sequence: Int64) throws(GTIDError) {
        guard sequence >= 1, sequence <= GTID.maximumSequence else { throw .invalidInterval }
        self.source = source
        self.sequence = sequence
    }

    /// `uuid:sequence` or `uuid:tag:sequence`.
    package var description: String { "\(source):\(sequence)" }
}
