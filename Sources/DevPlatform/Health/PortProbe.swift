#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whether ports of 127.0.0.1 are free.
enum PortProbe {
    /// True if a server could listen on it now.
    ///
    /// Binds and does not listen: a process that is being started elsewhere holds a copy of the descriptor until it has
    /// called `exec`. A copy that listens would make the port look taken, a moment after it was found free; one that is
    /// only bound is in nobody's way.
    static func isFree(_ port: Int) -> Bool {
        guard let port = UInt16(exactly: port) else { return false }
        let descriptor = LoopbackSocket.make()
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do: connections of an earlier one that are in TIME_WAIT do not count.
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        return LoopbackSocket.withAddress(port: port) { bind(descriptor, $0, $1) } == 0
    }

    /// A port that is free.
    ///
    /// Taken below the range from which systems pick ports for outgoing connections (Linux: 32768 and up), so that
    /// none of those can take it before the server does.
    static func anyFree(except taken: Set<Int>) throws(ServerStackError) -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 20_000..<32_000)
            if !taken.contains(port), isFree(port) { return port }
        }
        throw ServerStackError(
            .portInUse,
            message: "no free port found between 20000 and 32000",
            remedy: "end processes that listen there"
        )
    }
}
