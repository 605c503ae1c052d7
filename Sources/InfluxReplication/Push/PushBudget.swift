import Synchronization

/// How many bytes of pushes may wait, from the socket to the answer of ClickHouse.
final class PushBudget: Sendable {
    let capacity: Int
    private let used = Mutex(0)

    init(capacity: Int) { self.capacity = capacity }

    var bytes: Int { used.withLock { $0 } }

    /// Takes `bytes` if they fit; one that is larger than all may come when nothing else waits.
    func take(_ bytes: Int) -> Bool {
        used.withLock { used in
            guard used == 0 || bytes <= capacity - used else { return false }
            used += bytes
            return true
        }
    }

    /// Takes them whether or not they fit: what was let in already has become larger.
    func add(_ bytes: Int) { used.withLock { $0 += bytes } }

    func giveBack(_ bytes: Int) { used.withLock { $0 = max(0, $0 - bytes) } }
}
