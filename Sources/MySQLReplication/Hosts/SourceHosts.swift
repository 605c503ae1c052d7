import MySQLClient
import Synchronization

/// The servers of one source, in order of preference, and the one owner of which of them is read now.
///
/// Everything that connects to the source asks for ``current`` each time, so that nobody stays with a host that the
/// stream has left.
final class SourceHosts: Sendable {
    let all: [MySQLEndpoint]
    private let index = Mutex(0)

    /// - Parameter endpoints: at least one.
    init(_ endpoints: [MySQLEndpoint]) {
        precondition(!endpoints.isEmpty, "a source has at least one host")
        all = endpoints
    }

    /// The server to read from.
    var current: MySQLEndpoint { all[index.withLock { $0 }] }

    /// Chooses the next server in order, after the last the first, unless another one has been chosen already.
    ///
    /// - Parameter endpoint: the one that does not serve.
    /// - Returns: the server to read from now.
    @discardableResult
    func next(after endpoint: MySQLEndpoint) -> MySQLEndpoint {
        index.withLock { index in
            if all[index] == endpoint { index = (index + 1) % all.count }
            return all[index]
        }
    }
}
