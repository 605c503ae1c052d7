/// The name of one transaction: where it was first committed and which one it was there.
/// https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html
public struct GTID: Hashable, Sendable, CustomStringConvertible {
    public let source: GTIDSource
    /// 1 to ``maximumSequence``.
    public let sequence: Int64

    /// The highest number that MySQL hands out.
    public static let maximumSequence = Int64.max - 1

    public var uuid: MySQLUUID { source.uuid }
    /// Empty for none.
    public var tag: String { source.tag }

    /// - Throws: ``GTIDError/invalidTag``, ``GTIDError/invalidInterval``.
    public init(uuid: MySQLUUID, tag: String = "", sequence: Int64) throws(GTIDError) {
        try self.init(source: GTIDSource(uuid: uuid, tag: tag), sequence: sequence)
    }

    /// - Throws: ``GTIDError/invalidInterval``.
    public init(source: GTIDSource, sequence: Int64) throws(GTIDError) {
        guard sequence >= 1, sequence <= GTID.maximumSequence else { throw .invalidInterval }
        self.source = source
        self.sequence = sequence
    }

    /// `uuid:sequence` or `uuid:tag:sequence`.
    public var description: String { "\(source):\(sequence)" }
}
