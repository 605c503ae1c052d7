import MySQLClient
import MySQLProtocol
import Synchronization

/// The servers of one source, in order of preference, and the one owner of which of them is read now.
///
/// Everything that connects to the source asks for ``current`` each time, so that nobody stays with a host that the
/// stream has left.
final class SourceHosts: Sendable {
    private struct State {
        var index = 0
        var isAdmitted = false
        /// Transactions that the host lacks, will not get, and that no followed table needs.
        var absent = GTIDSet()
    }

    let all: [MySQLEndpoint]
    private let state = Mutex(State())

    /// - Parameter endpoints: at least one.
    init(_ endpoints: [MySQLEndpoint]) {
        precondition(!endpoints.isEmpty, "a source has at least one host")
        all = endpoints
    }

    /// The server to read from.
    var current: MySQLEndpoint { all[state.withLock { $0.index }] }

    /// Whether the present server was examined and can be followed.
    var isAdmitted: Bool { state.withLock { $0.isAdmitted } }

    /// Chooses the next server in order, after the last the first, unless another one has been chosen already.
    ///
    /// - Parameter endpoint: the one that does not serve.
    /// - Returns: the server to read from now.
    @discardableResult
    func next(after endpoint: MySQLEndpoint) -> MySQLEndpoint {
        state.withLock { state in
            if all[state.index] == endpoint {
                state.index = (state.index + 1) % all.count
                state.absent = GTIDSet()
                state.isAdmitted = false
            }
            return all[state.index]
        }
    }

    /// The server was examined and can be followed.
    ///
    /// - Parameter absent: what of the pipeline's position it will never have.
    func admitted(_ endpoint: MySQLEndpoint, absent: GTIDSet) {
        state.withLock { state in
            guard let index = all.firstIndex(of: endpoint) else { return }
            state.index = index
            state.isAdmitted = true
            state.absent = absent
        }
    }

    /// What of `transactions` the present server can be expected to show: a read may wait for all of this.
    func reachable(of transactions: GTIDSet) -> GTIDSet {
        let absent = state.withLock { $0.absent }
        return absent.isEmpty ? transactions : transactions.subtracting(absent)
    }
}
