import LeatState
import MySQLProtocol

extension StreamNeeds {
    /// What a pipeline needs that starts again where an earlier run stopped; nothing for one that starts from now.
    init(_ recovery: BatchLog.Recovery, isFromNow: Bool) throws {
        self.init(received: nil, seen: GTIDSet())
        guard !recovery.isNew, !isFromNow else { return }
        seen = try GTIDSet(parsing: recovery.checkpoint.position)
        received = seen
        for definition in recovery.unacknowledged {
            seen.formUnion(try GTIDSet(parsing: definition.position))
            for part in definition.parts { seen.formUnion(try GTIDSet(parsing: part.gtid)) }
        }
        for part in recovery.acknowledgedParts { seen.formUnion(try GTIDSet(parsing: part.gtid)) }
    }
}
