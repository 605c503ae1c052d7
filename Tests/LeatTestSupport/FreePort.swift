#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Ports of 127.0.0.1 for what tests start.
package enum FreePort {
    /// A port on which nothing listens now.
    ///
    /// Taken below the range from which systems pick the ports of outgoing connections (Linux: 32768 and up), so that
    /// none of those takes it before the server does, and not from where `leat up` looks (20000 to 31999).
    ///
    /// - Throws: ``Overdue`` if a thousand ports in a row are taken.
    package static func any() throws -> Int {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 10_000..<20_000)
            if isFree(port) { return Int(port) }
        }
        throw Overdue(description: "no port between 10000 and 19999 is free")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
