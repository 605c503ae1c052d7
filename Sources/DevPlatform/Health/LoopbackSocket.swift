#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A TCP connection to a port of this machine, for health checks: blocking, with a deadline on every call.
struct LoopbackSocket: ~Copyable {
    private let descriptor: Int32

    enum Failure: Error {
        /// Nothing listens, or it does not answer in time.
        case unreachable
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    static func open(port: Int, timeoutSeconds: Int) throws(Failure) -> LoopbackSocket {
        guard let port = UInt16(exactly: port) else { throw .unreachable }
        let descriptor = LoopbackSocket.make()
        guard descriptor >= 0 else { throw .unreachable }
        let socket = LoopbackSocket(descriptor: descriptor)
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        guard LoopbackSocket.withAddress(port: port, { connect(descriptor, $0, $1) }) == 0 else { throw .unreachable }
        return socket
    }

    deinit {
        close(descriptor)
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, noSignal) }
            guard count > 0 else { throw .unreachable }
            sent += count
        }
    }

    /// Appends what has arrived, waiting for some.
    ///
    /// - Returns: false at the end of the stream.
    func read(into bytes: inout [UInt8]) throws(Failure) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16384)
        let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .unreachable }
        bytes.append(contentsOf: chunk.prefix(count))
        return count > 0
    }

    /// A socket that is not inherited by processes started meanwhile.
    static func make() -> Int32 {
        #if canImport(Glibc)
        socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
        socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    /// Calls `body` with 127.0.0.1:`port`.
    static func withAddress(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}

#if canImport(Glibc)
private let noSignal = Int32(MSG_NOSIGNAL)
#else
private let noSignal: Int32 = 0
#endif
