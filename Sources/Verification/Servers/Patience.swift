/// How long a pipeline is given to reach a position of its source.
struct Patience {
    /// A pipeline that does not run may be being started again.
    private static let restartMax = Duration.seconds(15)

    /// However much it still has to carry over.
    var atMost: Duration
    /// While it carries over nothing.
    var withoutProgress: Duration
    private var first: UInt64?
    private var last: UInt64?
    private var lastMoved = Duration.zero

    init(atMost: Duration, withoutProgress: Duration) {
        self.atMost = atMost
        self.withoutProgress = withoutProgress
    }

    /// Whether it has carried over anything since the first look.
    var hasMoved: Bool { first != last }

    /// - Parameters:
    ///   - waited: since the first look.
    ///   - missing: how many transactions it lacks of the position.
    ///   - isAlive: whether the pipeline runs.
    /// - Returns: whether there is no use in looking again.
    mutating func isOver(after waited: Duration, missing: UInt64, isAlive: Bool) -> Bool {
        if first == nil { first = missing }
        if last != missing {
            last = missing
            lastMoved = waited
        }
        if !isAlive, waited > Self.restartMax { return true }
        return waited > atMost || waited - lastMoved > withoutProgress
    }
}
